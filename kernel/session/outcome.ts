import { asRetortError, type ErrorFields, isCancelled } from "../../runtime/errors.ts";
import type { ExecuteOutcome } from "../jupyter/interpreter.ts";

/** What a front end shows of any error that ends a cell. An interrupt has the name that Jupyter clients know. */
export function errorOutcome(error: unknown): ExecuteOutcome {
  const fields = asRetortError(error);
  return isCancelled(error) ? interruptOutcome(fields.message) : failureOutcome(fields.fields());
}

export function failureOutcome({ code, message, hint }: ErrorFields): ExecuteOutcome {
  const ename = className(code);
  return { status: "error", ename, evalue: message, traceback: [`${ename}: ${message}`, ...(hint === undefined ? [] : [`Hint: ${hint}`])] };
}

export function interruptOutcome(message = "Interrupted."): ExecuteOutcome {
  return { status: "error", ename: "KeyboardInterrupt", evalue: message, traceback: [`KeyboardInterrupt: ${message}`] };
}

/** `too_many_runs` as `TooManyRuns`. */
function className(code: string): string {
  return code.split("_").map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
}
