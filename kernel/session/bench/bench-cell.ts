import { BENCH_LANGUAGE } from "../../cells/bench-keys.ts";
import type { NotebookScope, SettingsCell } from "../../cells/cell.ts";
import { valuesOf } from "../../cells/kind-key.ts";
import { namedBench } from "../../experiment/bench/bench-result.ts";
import { type BenchSettings, benchSpec } from "../../experiment/bench/bench-spec.ts";
import type { ExecuteContext, ExecuteOutcome } from "../../jupyter/interpreter.ts";
import type { ModelAccess } from "../model-access.ts";
import { noteOutput } from "../note.ts";
import { failureOutcome, interruptOutcome } from "../outcome.ts";
import { benchOutputs } from "./bench-outputs.ts";
import { type BenchRequestedBy, BenchRunner, type FinishedBench, type MeasureBandwidth } from "./bench-runner.ts";
import { BenchView } from "./bench-view.ts";

export interface BenchServices {
  access: ModelAccess;
  models: BenchRequestedBy;
  scope: NotebookScope;
  version: string;
  notes: readonly string[];
  measureBandwidth: MeasureBandwidth;
}

/** Runs a `%%bench` cell that `validateCell` found free of errors. `value` is the named result. */
export async function runBenchCell(cell: SettingsCell, services: BenchServices, context: ExecuteContext): Promise<{ outcome: ExecuteOutcome; name: string | undefined; value: Record<string, unknown> }> {
  const settings = valuesOf(cell.settings, BENCH_LANGUAGE, services.scope);
  const spec = benchSpec(settings as BenchSettings);
  const view = new BenchView(context, spec.corners.length);
  try {
    const finished = await new BenchRunner(services.access, services.measureBandwidth).run(spec, services.models, context.signal, view);
    view.end();
    const outputs = finished.result.windows.length === 0 ? noteOutput(context.signal.aborted || finished.result.failures.length > 0 ? [] : ["Nothing was measured."]) : await benchOutputs(finished, settings, services.version);
    if (view.used) context.clearOutput(true);
    for (const { data, metadata } of [...outputs, ...noteOutput(services.notes)]) context.display(data, { metadata });
    return { outcome: benchOutcome(finished, context.signal), name: (settings as BenchSettings).name, value: namedBench(finished.result) };
  } finally {
    view.end();
  }
}

function benchOutcome({ result }: FinishedBench, signal: AbortSignal): ExecuteOutcome {
  const hasRequests = result.windows.some(({ requests }) => requests.length > 0);
  if (signal.aborted) return interruptOutcome(hasRequests ? "Interrupted: what had been measured is kept, marked as partial." : undefined);
  const [failure] = result.failures;
  if (failure !== undefined && result.windows.length === 0) return failureOutcome(failure.error);
  const failed = result.windows.flatMap(({ requests }) => requests).filter(({ status }) => status !== "ok");
  const isHopeless = hasRequests && result.windows.every(({ counts }) => counts.ok === 0);
  return isHopeless && failed[0]?.error ? failureOutcome(failed[0].error) : { status: "ok" };
}
