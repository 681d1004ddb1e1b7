import { answerOutput } from "../display/answer.ts";
import type { Output } from "../display/bundle.ts";
import { runsChart } from "../display/runs-chart.ts";
import { statsTable } from "../display/stats-table.ts";
import { objectsTable, tableOutput } from "../display/table.ts";
import { replyNotes, timingLine } from "../display/timing-line.ts";
import type { ExperimentResult, RunRecord } from "../experiment/result.ts";
import { noteOutput } from "./note.ts";
import { outputRecord, rawSamples, RUNS_MIME } from "./output-record.ts";
import type { FinishedJob } from "./prompt-runner.ts";

/** What stands under a prompt cell when it has ended, in order. `notes` are remarks on the cell itself. */
export async function settledOutputs(finished: FinishedJob, notes: readonly string[], retortVersion: string): Promise<Output[]> {
  const record = outputRecord(finished, retortVersion);
  const isSingle = finished.plan.runs.filter((run) => run.kind === "measured").length === 1;
  const outputs = isSingle ? singleOutputs(finished) : await repeatedOutputs(finished.result);
  return [...outputs.map((output, i) => (i === 0 ? { ...output, metadata: { ...output.metadata, ...record } } : output)), ...noteOutput(notes)];
}

function singleOutputs({ result, job }: FinishedJob): Output[] {
  const [run] = result.runs;
  if (run === undefined) return [];
  const outputs = shownAnswer(run);
  if (run.reply === null) return [...outputs, ...noteOutput(run.status === "cancelled" ? ["Partial: interrupted."] : [])];
  return job.settings.timings === false ? outputs : [...outputs, timingLine(run.reply)];
}

async function repeatedOutputs(result: ExperimentResult): Promise<Output[]> {
  const table = statsTable(result);
  const samples = { [RUNS_MIME]: rawSamples(result.runs) };
  const chart = await runsChart(result);
  return [{ ...table, data: { ...table.data, ...samples } }, ...(chart === null ? [] : [chart]), ...sampleAnswers(result), ...noteOutput(runNotes(result.runs))];
}

/** The first answer of each corner: what the numbers are about. */
function sampleAnswers({ corners, runs }: ExperimentResult): Output[] {
  if (corners.length === 1) return runs.slice(0, 1).flatMap(shownAnswer);
  const rows = corners.flatMap(({ corner, runs: own }) => own.slice(0, 1).map((run) => ({ ...corner, seed: run.seed, "first answer": run.answer })));
  return [tableOutput(objectsTable(rows))];
}

/** Nothing for a run that failed before its first token. */
function shownAnswer(run: RunRecord): Output[] {
  if (run.answer === "" && run.thinking === "" && run.reply === null) return [];
  const thinkingTokens = run.reply?.timings.reasoning_tokens ?? null;
  const output = answerOutput({ answer: run.answer, thinking: run.thinking, thinkingTokens, finish: run.reply?.finish ?? null });
  return [run.json === null ? output : { ...output, data: { ...output.data, "application/json": run.json } }];
}

/** What answered, what a reader must know of it, and why runs failed; each once. */
function runNotes(runs: readonly RunRecord[]): string[] {
  const lines = runs.flatMap(({ reply, error, invalid }) => {
    const provenance = reply?.provenance ?? null;
    const by = provenance === null ? [] : [`${provenance.model} ${provenance.precision.toUpperCase()} (${provenance.quant}) on ${provenance.backend}, ${provenance.threads} threads`];
    const problems = [error, invalid].flatMap((fields) => (fields === null || fields.code === "cancelled" ? [] : [`${fields.code}: ${fields.message}`]));
    return [...by, ...replyNotes(provenance).map((note) => `Note: ${note}`), ...problems];
  });
  return [...new Set(lines)];
}
