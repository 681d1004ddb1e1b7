import { parse, stringify } from "yaml";
import { RetortError } from "../../runtime/errors.ts";
import { isRecord } from "./prompt-file.ts";

/** Deeper or larger texts are no prompt files, and expanding aliases could take all memory. */
const MAX_CHARS = 1024 * 1024;
const MAX_ALIASES = 100;

/** The YAML between two `---` lines at the top of a file, and the text after it. Throws `bad_prompt_file`. */
export function splitFrontMatter(text: string): { head: Record<string, unknown>; body: string } {
  const clean = text.replace(/^\uFEFF/, "").replaceAll("\r\n", "\n");
  const [, yaml = "", body = clean] = /^\s*---[ \t]*\n([\s\S]*?)(?:^|\n)---[ \t]*(?:\n([\s\S]*))?$/.exec(clean) ?? [];
  return { head: readYaml(yaml), body };
}

/** A mapping in YAML; empty for an empty text. Throws `bad_prompt_file`. */
export function readYaml(text: string): Record<string, unknown> {
  if (text.length > MAX_CHARS) throw badFile("it is too long");
  let value: unknown;
  try {
    value = parse(text, { maxAliasCount: MAX_ALIASES }) as unknown;
  } catch (cause) {
    throw badFile((cause as Error).message.split("\n")[0] ?? "", cause);
  }
  if (value === null || value === undefined) return {};
  if (!isRecord(value)) throw badFile("its YAML is no mapping");
  return value;
}

/** YAML without line folding, so that texts stay as they are. */
export function writeYaml(value: Record<string, unknown>): string {
  return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });
}

export function badFile(why: string, cause?: unknown): RetortError {
  return new RetortError({ code: "bad_prompt_file", message: `The prompt file cannot be read: ${why}.`, hint: "Check its YAML.", status: 400 }, { cause });
}

/** Entries that have a value. */
export function present(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== undefined && !(isRecord(value) && Object.keys(value).length === 0)));
}
