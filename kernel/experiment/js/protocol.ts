import type { ErrorFields } from "../../../runtime/errors.ts";

/** Functions of a `%%js` cell that the session answers. */
export type HostMethod = "ask" | "run" | "input" | "table" | "chart";

/** Something that the session wants done with the names and the time limits of `%%js` cells. `scope` and `args` are plain data. */
export type Task =
  | { kind: "search"; pattern: string; flags: string; text: string }
  | { kind: "expression"; code: string; scope: Record<string, unknown> }
  | { kind: "scorer"; name: string; scope: Record<string, unknown> }
  | { kind: "tool"; name: string; args: unknown }
  | { kind: "tools" };

/** Messages to the worker. `cell` numbers the executions, so that late output finds the cell that caused it. */
export type ToWorker =
  | { type: "run"; cell: number; code: string; vars: Record<string, unknown>; results: Record<string, unknown> }
  | { type: "invoke"; cell: number; task: Task; vars: Record<string, unknown>; results: Record<string, unknown> }
  | { type: "interrupt"; cell: number }
  | { type: "return"; call: number; value: unknown }
  | { type: "throw"; call: number; error: ErrorFields };

/** Messages from the worker. */
export type FromWorker =
  | { type: "started"; cell: number }
  | { type: "stream"; cell: number; name: "stdout" | "stderr"; text: string }
  | { type: "display"; cell: number; data: Record<string, unknown>; metadata: Record<string, unknown> }
  | { type: "clear"; cell: number }
  | { type: "call"; cell: number; call: number; method: HostMethod; args: unknown[] }
  | { type: "done"; cell: number; value: string | null; vars: Record<string, unknown> }
  | { type: "returned"; cell: number; value: unknown }
  | { type: "error"; cell: number; error: JsError };

/** An error of the user's code, as a notebook shows it. */
export interface JsError {
  ename: string;
  evalue: string;
  traceback: string[];
  /** Of an error of ours. */
  code?: string;
}
