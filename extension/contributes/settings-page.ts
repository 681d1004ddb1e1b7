import type { Contribution, SettingSpec } from "./contribution.ts";

/** Who may set a value, in words. */
const SCOPES: Record<string, string> = {
  application: "user",
  machine: "user, for each machine",
  "machine-overridable": "user; a trusted workspace",
  window: "user, workspace",
  resource: "user, workspace, folder",
  "language-overridable": "user, workspace, folder, language",
};

/** docs/settings.md: every setting of the tables. Pure. */
export function settingsPage(parts: readonly Contribution[]): string {
  const settings = parts.flatMap(({ settings: table = {} }) => Object.entries(table));
  return [
    "# Settings",
    "",
    "<!-- Written by `npm run manifest` from the tables in extension/*/contributes.ts. -->",
    "",
    "| setting | default | what it does | who sets it |",
    "| --- | --- | --- | --- |",
    ...settings.map(([name, spec]) => `| \`${name}\` | ${code(spec.default)} | ${cell(describe(spec))} | ${SCOPES[spec.scope] ?? spec.scope} |`),
    "",
    "Settings that choose models, servers and programs count only when you set them yourself or trust the workspace.",
    "",
  ].join("\n");
}

function describe({ description, schema }: SettingSpec<unknown>): string {
  const values = schema.enum?.map((value, index) => {
    const meaning = schema.enumDescriptions?.[index]?.en;
    return `${code(value)}${meaning === undefined ? "" : ` (${meaning.replace(/\.$/, "")})`}`;
  });
  const range = schema.minimum === undefined && schema.maximum === undefined ? "" : ` From ${schema.minimum ?? "any"} to ${schema.maximum ?? "any"}.`;
  return `${description.en}${values === undefined ? "" : ` One of ${values.join(", ")}.`}${range}`;
}

function code(value: unknown): string {
  const text = JSON.stringify(value).replaceAll("|", "\\|");
  return `\`${text}\``;
}

/** A table's row is one line. */
function cell(text: string): string {
  return text.replace(/\s*\n+\s*/g, " ").replace(/(?<!\\)\|/g, "\\|");
}
