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
export async function runPromptCell({ job, notes }: NotedJob, runner: PromptRunner, context: ExecuteContext, retortVersion: string): Promise<FinishedJob> {
  const view = new PromptView(context);
  try {
    const finished = await runner.run(job, context.signal, view);
    view.end();
    const outputs = await settledOutputs(finished, notes, retortVersion);
    if (view.used) context.clearOutput(true);
    for (const { data, metadata } of outputs) context.display(data, { metadata });
    return finished;
  } finally {
    view.end();
  }
}

/** How the cell ends: an interrupt, or the error of its only answer, or of all of them. */
export function promptOutcome({ result }: FinishedJob, signal: AbortSignal): ExecuteOutcome {
  if (signal.aborted) return interruptOutcome(result.runs.length > 0 ? "Interrupted: what had arrived is kept, marked as partial." : undefined);
  const [first] = result.runs;
  const isSingle = result.runs.length === 1;
  if (first?.error && result.runs.every((run) => run.error !== null)) return failureOutcome(first.error);
  if (first?.invalid && isSingle) return failureOutcome(first.invalid);
  return { status: "ok" };
}
