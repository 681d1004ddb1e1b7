import type { Contribution, LocalText, SettingScope } from "./contribution.ts";

/** What the tables of all parts become: a section of package.json and the texts it refers to. */
export interface Manifest {
  contributes: Record<string, unknown>;
  /** What works in a workspace that is not trusted, or that is no folder on a disk. */
  capabilities: Record<string, unknown>;
  /** package.nls.json and its Chinese sibling. */
  nls: { en: Record<string, string>; zh: Record<string, string> };
}

const CATEGORY = "Retort";

/** Merges the parts' tables. Pure. */
export function manifestOf(parts: readonly Contribution[]): Manifest {
  const texts = new Texts();
  const contributes: Record<string, unknown> = {
    commands: parts.flatMap(({ commands = {} }) => Object.entries(commands)).map(([command, { title, icon, enablement }]) => ({
      command,
      title: texts.key(command, title),
      category: CATEGORY,
      ...(icon === undefined ? {} : { icon }),
      ...(enablement === undefined ? {} : { enablement }),
    })),
    menus: merge(parts.map(({ menus = {} }) => menus)),
    keybindings: parts.flatMap(({ keybindings = [] }) => keybindings),
    configuration: {
      title: CATEGORY,
      properties: Object.fromEntries(parts.flatMap(({ settings = {} }) => Object.entries(settings)).map(([name, { default: value, schema, description, scope }]) => [
        name,
        {
          ...texts.replace(name, { ...schema, ...(schema.enumDescriptions === undefined ? {} : { enumDescriptions: undefined, markdownEnumDescriptions: schema.enumDescriptions }) }) as object,
          default: value,
          scope,
          markdownDescription: texts.key(name, description),
        },
      ])),
    },
  };
  for (const { other = {} } of parts) {
    for (const [point, value] of Object.entries(other)) contributes[point] = join(contributes[point], texts.replace(point, value));
  }
  return { contributes, capabilities: capabilities(parts, texts), nls: { en: texts.en, zh: texts.zh } };
}

/** Scopes of settings that decide which programs, models and servers are used: an untrusted workspace may not set them. */
const RESTRICTED: readonly SettingScope[] = ["application", "machine", "machine-overridable"];

function capabilities(parts: readonly Contribution[], texts: Texts): Record<string, unknown> {
  const restricted = parts.flatMap(({ settings = {} }) => Object.entries(settings)).filter(([, { scope }]) => RESTRICTED.includes(scope)).map(([name]) => name);
  return {
    untrustedWorkspaces: {
      supported: "limited",
      description: texts.key("capabilities.untrusted", {
        en: "Until you trust the workspace, its settings choose no model, server or program, and notebook cells do not run.",
        zh: "在您信任该工作区之前，其设置无法选择模型、服务器或程序，笔记本单元格也不会运行。",
      }),
      restrictedConfigurations: restricted,
    },
    virtualWorkspaces: {
      supported: "limited",
      description: texts.key("capabilities.virtual", {
        en: "Models run where the extension runs. Files that are not on a disk are seen only while they are open.",
        zh: "模型在扩展所在的机器上运行。不在磁盘上的文件只有在打开时才可见。",
      }),
    },
  };
}

/** Collects texts under keys that name where they stand. */
class Texts {
  readonly en: Record<string, string> = {};
  readonly zh: Record<string, string> = {};

  key(name: string, { en, zh }: LocalText): string {
    this.en[name] = en;
    this.zh[name] = zh;
    return `%${name}%`;
  }

  /** The same value with each text replaced by its key. */
  replace(path: string, value: unknown): unknown {
    if (isText(value)) return this.key(path, value);
    if (Array.isArray(value)) return value.map((one, index) => this.replace(`${path}.${nameOf(one) ?? index}`, one));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined).map(([key, one]) => [key, this.replace(`${path}.${key}`, one)]));
  }
}

function isText(value: unknown): value is LocalText {
  return typeof value === "object" && value !== null && Object.keys(value).sort().join() === "en,zh";
}

/** Entries of lists are named by their id, so that keys stay the same when the order changes. */
function nameOf(value: unknown): string | undefined {
  const { id } = (typeof value === "object" && value !== null ? value : {}) as { id?: unknown };
  return typeof id === "string" ? id : undefined;
}

function merge(tables: ReadonlyArray<Readonly<Record<string, readonly unknown[]>>>): Record<string, unknown[]> {
  const merged: Record<string, unknown[]> = {};
  for (const table of tables) for (const [name, entries] of Object.entries(table)) merged[name] = [...(merged[name] ?? []), ...entries];
  return merged;
}

function join(a: unknown, b: unknown): unknown {
  if (Array.isArray(a) && Array.isArray(b)) return [...(a as unknown[]), ...(b as unknown[])];
  return typeof a === "object" && a !== null ? { ...a, ...(b as object) } : b;
}
