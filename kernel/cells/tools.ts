import { nameProblem } from "./names.ts";
import type { ValueResult } from "./setting-value.ts";

const MAX_TOOLS = 32;

/** Whether the model may, must or must not call a tool first; or the one that it must call. */
export type ToolChoice = "auto" | "required" | "none" | { name: string };

/** `tools: [calculator]`: names of tools that `%%js` cells define with `tool(name, schema, fn)`. */
export function readTools(value: unknown): ValueResult {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  if (list.length === 0 || list.length > MAX_TOOLS) return { ok: false, code: "out_of_range", message: `\`tools\` takes 1 to ${MAX_TOOLS} names, not ${list.length}.` };
  for (const [at, name] of list.entries()) {
    if (typeof name !== "string") return { ok: false, code: "wrong_type", message: "`tools` is a list of names, such as `[calculator]`; `%%js` cells define them with `tool(name, schema, fn)`.", path: Array.isArray(value) ? [at] : [] };
    const problem = toolNameProblem(name);
    if (problem !== null) return { ok: false, code: "bad_name", message: `\`${name.slice(0, 60)}\` ${problem}.`, path: Array.isArray(value) ? [at] : [] };
    if (list.indexOf(name) !== at) return { ok: false, code: "duplicate_value", message: `\`${name}\` stands twice under \`tools\`.`, path: [at] };
  }
  return { ok: true, value: list };
}

/** Servers take ASCII letters, digits, `_` and `-` only, and 64 of them. Null: a good name. */
export function toolNameProblem(name: string): string | null {
  return /^[A-Za-z_][A-Za-z0-9_-]{0,63}$/.test(name) ? null : nameProblem(name) ?? "is no name for a tool: letters, digits, `_` and `-`, at most 64";
}

/** `tool_choice: required`, or the name of one tool. */
export function readToolChoice(value: unknown): ValueResult {
  if (value === "auto" || value === "required" || value === "none") return { ok: true, value };
  if (typeof value !== "string" || toolNameProblem(value) !== null) return { ok: false, code: "wrong_type", message: "`tool_choice` is `auto`, `required`, `none`, or the name of one tool." };
  return { ok: true, value: { name: value } satisfies ToolChoice };
}
