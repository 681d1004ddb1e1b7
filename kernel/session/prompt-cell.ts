import { assertionError } from "../experiment/assert/verdict.ts";
import type { JsHost } from "../experiment/js/execution.ts";
import type { ExecuteContext, ExecuteOutcome } from "../jupyter/interpreter.ts";
import { failureOutcome, interruptOutcome } from "./outcome.ts";
import { settledOutputs } from "./outputs.ts";
import type { PromptJob } from "./prompt-job.ts";
import type { FinishedJob, PromptRunner } from "./prompt-runner.ts";
import { PromptView } from "./prompt-view.ts";

export interface NotedJob {
  job: PromptJob;
  /** Remarks on the cell, such as a stale name, for its last line. */
  notes: readonly string[];
}

/** Runs a prompt job in a cell: shows it at work, then replaces that once by the settled outputs. */
export async function runPromptCell({ job, notes }: NotedJob, runner: PromptRunner, context: ExecuteContext, retortVersion: string, host: JsHost): Promise<FinishedJob> {
  const view = new PromptView(context);
  try {
    const finished = await runner.run(job, context.signal, view, host);
    view.end();
    const outputs = await settledOutputs(finished, notes, retortVersion);
    if (view.used) context.clearOutput(true);
    for (const { data, metadata } of outputs) context.display(data, { metadata });
    return { ...finished, refusal: view.refusal };
  } finally {
    view.end();
  }
}

/** How the cell ends: an interrupt, the error of its only answer, or of all of them, or that of its assertions. */
export function promptOutcome({ result, refusal, job }: FinishedJob, signal: AbortSignal): ExecuteOutcome {
  if (signal.aborted) return interruptOutcome(result.runs.length > 0 ? "Interrupted: what had arrived is kept, marked as partial." : undefined);
  if (refusal != null) return failureOutcome(refusal);
  const [first] = result.runs;
  const isSingle = result.runs.length === 1;
  if (first?.error && result.runs.every((run) => run.error !== null)) return failureOutcome(first.error);
  if (first?.invalid && isSingle) return failureOutcome(first.invalid);
  const failed = job.settings.on_fail === "report" ? null : assertionError(result, job.settings.require ?? 1);
  return failed === null ? { status: "ok" } : failureOutcome(failed);
}
