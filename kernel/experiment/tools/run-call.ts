import type { ToolCall } from "../../../runtime/api/types.ts";
import { asRetortError, isCancelled } from "../../../runtime/errors.ts";
import { compileSchema } from "../../cells/schema.ts";
import type { CallTool, ToolDefinition, ToolStep } from "./tool.ts";

/** A longer result would fill the model's context. */
export const MAX_RESULT_CHARS = 8000;

/** Runs one call. Whatever goes wrong with it is told to the model as the result; rejects with `cancelled` only. */
export async function runCall({ function: { name, arguments: text } }: ToolCall, step: number, tools: readonly ToolDefinition[], call: CallTool, signal: AbortSignal): Promise<ToolStep> {
  const started = performance.now();
  const args = readJson(text);
  const end = (ok: boolean, result: string): ToolStep => ({ step, tool: name, arguments: args.ok ? args.value : text, result: shortened(result), ok, ms: performance.now() - started });
  const tool = tools.find((each) => each.name === name);
  if (tool === undefined) return end(false, `Error: there is no tool ${name}. Known: ${tools.map((each) => each.name).join(", ")}.`);
  if (!args.ok) return end(false, "Error: the arguments are not valid JSON.");
  const mismatch = checkArguments(tool, args.value);
  if (mismatch !== null) return end(false, `Error: the arguments do not fit: ${mismatch}.`);
  try {
    const result = await call(name, args.value, signal);
    return end(true, typeof result === "string" ? result : result === undefined ? "null" : JSON.stringify(result));
  } catch (error) {
    if (isCancelled(error) || signal.aborted) throw error;
    return end(false, `Error: ${asRetortError(error).message}`);
  }
}

function checkArguments({ parameters }: ToolDefinition, args: unknown): string | null {
  const compiled = compileSchema(parameters);
  return compiled.ok ? compiled.check(args)?.replaceAll("answer", "arguments") ?? null : `the tool's schema cannot be used: ${compiled.message}`;
}

function readJson(text: string): { ok: true; value: unknown } | { ok: false } {
  try {
    return { ok: true, value: text.trim() === "" ? {} : JSON.parse(text) as unknown };
  } catch {
    return { ok: false };
  }
}

function shortened(text: string): string {
  return text.length <= MAX_RESULT_CHARS ? text : `${text.slice(0, MAX_RESULT_CHARS)}\n[${text.length - MAX_RESULT_CHARS} more characters left out]`;
}
