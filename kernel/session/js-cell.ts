import type { JsCell, PromptCell, Setting } from "../cells/cell.ts";
import { nameProblem } from "../cells/names.ts";
import { settingsFrom } from "../cells/settings.ts";
import { validateSettings } from "../cells/validate-settings.ts";
import type { JsHost } from "../experiment/js/execution.ts";
import type { JsRunner } from "../experiment/js/js-runner.ts";
import type { HostMethod } from "../experiment/js/protocol.ts";
import { namedResult } from "../experiment/result.ts";
import { RetortError } from "../../runtime/errors.ts";
import type { ExecuteContext, ExecuteOutcome } from "../jupyter/interpreter.ts";
import type { NotebookState } from "./notebook-state.ts";
import { chartFromSpec, tableFromRows } from "./js-display.ts";
import { promptJob, type PromptJob, textJob } from "./prompt-job.ts";
import type { PromptRunner } from "./prompt-runner.ts";

export interface JsServices {
  js: JsRunner;
  runner: PromptRunner;
  state: NotebookState;
}

/** Runs a `%%js` cell. Variables that it sets on `vars` become variables of the notebook. */
export async function runJsCell(cell: JsCell, services: JsServices, context: ExecuteContext): Promise<ExecuteOutcome> {
  const { js, state } = services;
  const code = { code: cell.code, vars: state.names.variables(), results: state.names.results() };
  const outcome = await js.run(code, hostFor(services, context), context.signal);
  if (outcome.status === "error") return { status: "error", ...outcome.error };
  for (const [name, value] of Object.entries(outcome.vars)) {
    const problem = nameProblem(name);
    if (problem !== null) throw badCall("bad_name", `\`vars.${name}\` ${problem}.`);
    state.names.setVariable(name, value);
  }
  if (outcome.value !== null) context.result({ "text/plain": outcome.value });
  return { status: "ok" };
}

function hostFor(services: JsServices, context: ExecuteContext): JsHost {
  return {
    stream: (name, text) => context.stream(name, text),
    display: (data, metadata) => context.display(data, { metadata }),
    clear: () => context.clearOutput(false),
    call: (method, args, signal) => call(method, args, services, context, signal),
  };
}

async function call(method: HostMethod, args: unknown[], services: JsServices, context: ExecuteContext, signal: AbortSignal): Promise<unknown> {
  const [first, second] = args;
  switch (method) {
    case "input": return context.input(String(first));
    case "table": return show(context, tableFromRows(first));
    case "chart": return show(context, await chartFromSpec(first));
    case "ask": return runJob(textJob(String(first), settingsFrom(checkedSettings(second, services.state)), services.state.defaults), services.runner, signal);
    case "run": return runJob(namedJob(String(first), second, services.state), services.runner, signal);
  }
}

function show(context: ExecuteContext, { data, metadata }: { data: Record<string, unknown>; metadata: Record<string, unknown> }): null {
  context.display(data, { metadata });
  return null;
}

function namedJob(name: string, overrides: unknown, state: NotebookState): PromptJob {
  const cell = state.cells.get(name);
  if (cell === undefined) {
    const known = [...state.cells.keys()];
    throw badCall("unknown_name", `No prompt cell named \`${name}\` has run.`, known.length === 0 ? "Give a prompt cell a `name:` and run it." : `Known names: ${known.join(", ")}.`);
  }
  const changed = checkedSettings(overrides, state);
  const kept = cell.settings.filter(({ key }) => !changed.some((setting) => setting.key === key));
  const merged: PromptCell = { ...cell, settings: [...kept, ...changed] };
  return promptJob(merged, state.defaults, state.names.values());
}

async function runJob(job: PromptJob, runner: PromptRunner, signal: AbortSignal): Promise<Record<string, unknown>> {
  const { result } = await runner.run(job, signal, { onStep: () => undefined, onPlan: () => undefined });
  const [first] = result.runs;
  if (first?.error && result.runs.every((run) => run.error !== null)) throw new RetortError(first.error);
  return namedResult(result);
}

/** An object's keys as settings of a prompt cell. Throws for the first that is wrong. */
function checkedSettings(settings: unknown, state: NotebookState): Setting[] {
  if (typeof settings !== "object" || settings === null || Array.isArray(settings)) throw badCall("wrong_type", "Settings are an object, such as {temperature: 0}.");
  const nowhere = { start: 0, end: 0 };
  const list = Object.entries(settings).map(([key, value]) => ({ key, value: value as unknown, keyRange: nowhere, valueRange: nowhere }));
  const error = validateSettings(list, state.scope()).find(({ severity }) => severity === "error");
  if (error !== undefined) throw badCall(error.code, error.message);
  return list;
}

function badCall(code: string, message: string, hint?: string): RetortError {
  return new RetortError({ code, message, status: 400, ...(hint === undefined ? {} : { hint }) });
}
