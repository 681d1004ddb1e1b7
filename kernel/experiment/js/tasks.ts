import vm from "node:vm";
import { RetortError } from "../../../runtime/errors.ts";
import type { Definitions } from "./definitions.ts";
import type { Task } from "./protocol.ts";

/** Time that code may compute without a pause, in ms. Ending it there keeps the worker and its names. */
const SEARCH_MS = 250;
const EXPRESSION_MS = 1000;
const FUNCTION_MS = 2000;

const CALL_FUNCTION = "__bounded";
const call = new vm.Script(`${CALL_FUNCTION}()`, { filename: "bounded.js" });

/** Does one task for the session. A value that cannot be sent is an error; so is code that computes for too long. */
export async function doTask(task: Task, definitions: Definitions): Promise<unknown> {
  switch (task.kind) {
    case "search": return search(task.pattern, task.flags, task.text);
    case "expression": return bounded(() => evaluate(task.code, task.scope), EXPRESSION_MS);
    case "scorer": {
      const scorer = definitions.scorer(task.name);
      return bounded(() => scorer(task.scope), FUNCTION_MS);
    }
    case "tool": {
      const tool = definitions.tool(task.name);
      return bounded(() => tool(task.args), FUNCTION_MS);
    }
    case "tools": return definitions.tools();
  }
}

/** Null: ended for taking too long. */
function search(pattern: string, flags: string, text: string): boolean | null {
  const expression = new RegExp(pattern, flags);
  try {
    return bounded(() => expression.test(text), SEARCH_MS) as boolean;
  } catch (error) {
    if (error instanceof RetortError && error.code === "js_timeout") return null;
    throw error;
  }
}

function evaluate(code: string, scope: Record<string, unknown>): unknown {
  // A line break keeps a comment at the end of the expression from swallowing the bracket.
  const run = vm.compileFunction(`return (${code}\n);`, Object.keys(scope), { filename: "assert.js" }) as (...values: unknown[]) => unknown;
  return run(...Object.values(scope));
}

/** `work`, or `js_timeout` when it has waited longer than `ms` for anything but the session. */
export async function withinWait<T>(work: Promise<T>, ms: number, isWaiting: () => boolean): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const look = () => {
      if (isWaiting()) timer = setTimeout(look, ms);
      else reject(new RetortError({ code: "js_timeout", message: `The code took longer than ${ms / 1000} s.`, hint: "Waiting for a model or for input does not count.", status: 408 }));
    };
    timer = setTimeout(look, ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** V8 ends code at its limit only where it runs through a script. */
function bounded(work: () => unknown, ms: number): unknown {
  Object.defineProperty(globalThis, CALL_FUNCTION, { value: work, configurable: true, enumerable: false });
  try {
    return call.runInThisContext({ timeout: ms });
  } catch (error) {
    if ((error as { code?: unknown } | null)?.code !== "ERR_SCRIPT_EXECUTION_TIMEOUT") throw error;
    throw new RetortError({ code: "js_timeout", message: `The code computed for longer than ${ms / 1000} s and was ended.`, hint: "Make it faster, or let it wait with `await`.", status: 408 });
  }
}
