import { isCancelled, RetortError } from "../../runtime/errors.ts";
import { MANY_ANSWERS } from "../cells/keys.ts";
import type { ExecuteContext } from "../jupyter/interpreter.ts";

/** Longer than this wants a second look. */
const LONG_MS = 30 * 60_000;

/** Asks whether to go on with `left` answers that take about `ms`, where that is much. Throws `needs_confirmation` where nobody can be asked. */
export async function confirmLong(context: ExecuteContext, left: number, ms: number): Promise<boolean> {
  if (left <= MANY_ANSWERS && ms <= LONG_MS) return true;
  const estimate = `${left} more answers would take about ${Math.ceil(ms / 60_000)} min`;
  try {
    return /^\s*(y|yes)\s*$/i.test(await context.input(`${estimate}. Go on? [y/N] `));
  } catch (error) {
    if (isCancelled(error)) return false;
    if (!(error instanceof RetortError) || error.code !== "stdin_not_allowed") throw error;
    throw new RetortError({
      code: "needs_confirmation", status: 400, param: "confirm",
      message: `${estimate}, and this front end cannot ask whether to go on.`,
      hint: "Write `confirm: off` in the cell, or lower `runs` or `max_tokens`.",
    }, { cause: error });
  }
}
