import type { JsCell } from "../cells/cell.ts";
import { nameProblem } from "../cells/names.ts";
import type { JsRunner } from "../experiment/js/js-runner.ts";
import type { ExecuteContext, ExecuteOutcome } from "../jupyter/interpreter.ts";
import { badCall, hostFor, type HostServices } from "./js-host.ts";

export interface JsServices extends HostServices {
  js: JsRunner;
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
