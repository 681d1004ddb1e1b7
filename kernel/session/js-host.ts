import type { PromptCell, Setting } from "../cells/cell.ts";
import { settingsFrom } from "../cells/settings.ts";
import { validateSettings } from "../cells/validate-settings.ts";
import type { JsHost } from "../experiment/js/execution.ts";
import type { HostMethod } from "../experiment/js/protocol.ts";
import { namedResult } from "../experiment/result.ts";
import { RetortError } from "../../runtime/errors.ts";
import type { ExecuteContext } from "../jupyter/interpreter.ts";
import { chartFromSpec, tableFromRows } from "./js-display.ts";
import type { NotebookState } from "./notebook-state.ts";
import { promptJob, type PromptJob, textJob } from "./prompt-job.ts";
import type { PromptRunner } from "./prompt-runner.ts";

/** What code of the user's reaches besides its own names. */
export interface HostServices {
  runner: PromptRunner;
  state: NotebookState;
}

/** For code that runs where nothing can be shown. */
export const NO_HOST: JsHost = {
  stream: () => undefined,
  display: () => undefined,
  clear: () => undefined,
  call: (method) => Promise.reject(badCall("not_available", `\`${method}()\` cannot be used here.`)),
};

/** What `%%js` cells, tools and scorers may do to the notebook while `context` is its cell. */
export function hostFor(services: HostServices, context: ExecuteContext): JsHost {
  return {
    stream: (name, text) => context.stream(name, text),
    display: (data, metadata) => context.display(data, { metadata }),
    clear: () => context.clearOutput(false),
    call: (method, args, signal) => call(method, args, services, context, signal),
  };
}

async function call(method: HostMethod, args: unknown[], services: HostServices, context: ExecuteContext, signal: AbortSignal): Promise<unknown> {
  const [first, second] = args;
  switch (method) {
    case "input": return context.input(String(first));
    case "table": return show(context, tableFromRows(first));
    case "chart": return show(context, await chartFromSpec(first));
    case "ask": return runJob(textJob(String(first), settingsFrom(checkedSettings(second, services.state)), services.state.defaults), services, context, signal);
    case "run": return runJob(namedJob(String(first), second, services.state), services, context, signal);
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

async function runJob(job: PromptJob, services: HostServices, context: ExecuteContext, signal: AbortSignal): Promise<Record<string, unknown>> {
  const { result } = await services.runner.run(job, signal, { onStep: () => undefined, onPlan: () => undefined }, hostFor(services, context));
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

export function badCall(code: string, message: string, hint?: string): RetortError {
  return new RetortError({ code, message, status: 400, ...(hint === undefined ? {} : { hint }) });
}
