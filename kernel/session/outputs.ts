import { answerOutput } from "../display/answer.ts";
import type { Output } from "../display/bundle.ts";
import { checksOutput } from "../display/checks.ts";
import { runsChart } from "../display/runs-chart.ts";
import { statsTable } from "../display/stats-table.ts";
import { rowAnswers } from "../display/row-answers.ts";
import { slimOutputs } from "../display/slim.ts";
import { sweepReport } from "../display/sweep-report.ts";
import { objectsTable, tableOutput } from "../display/table.ts";
import { toolStepsOutput } from "../display/tool-steps.ts";
import { replyNotes, timingLine } from "../display/timing-line.ts";
import { shorten } from "../experiment/assert/shorten.ts";
import type { Corner } from "../experiment/plan.ts";
import type { ExperimentResult, RunRecord } from "../experiment/result.ts";
import { noteOutput } from "./note.ts";
import { outputRecord, RUNS_MIME } from "./output-record.ts";
import type { FinishedJob } from "./prompt-runner.ts";
import { rawSamples } from "./raw-samples.ts";

/** What stands under a prompt cell when it has ended, in order. `notes` are remarks on the cell itself. */
export async function settledOutputs(finished: FinishedJob, notes: readonly string[], retortVersion: string): Promise<Output[]> {
  const record = outputRecord(finished, retortVersion);
  const isSingle = finished.plan.runs.filter((run) => run.kind === "measured").length === 1;
  const outputs = isSingle ? singleOutputs(finished) : await repeatedOutputs(finished);
  const all = [...outputs, ...toolStepsOutput(finished.result.runs), ...checksOutput(finished.result)];
  const settled = [...all.map((output, i) => (i === 0 ? { ...output, metadata: { ...output.metadata, ...record } } : output)), ...noteOutput([...finished.remarks, ...notes])];
  return finished.job.settings.slim === true ? slimOutputs(settled) : settled;
}

function singleOutputs({ result, job }: FinishedJob): Output[] {
  const [run] = result.runs;
  if (run === undefined) return [];
  const outputs = shownAnswer(run);
  if (run.reply === null) return [...outputs, ...noteOutput(run.status === "cancelled" ? ["Partial: interrupted."] : [])];
  return job.settings.timings === false || run.source !== undefined ? outputs : [...outputs, timingLine(run.reply)];
}

/** More combinations than this are laid out as a report, whose tables are smaller. */
const MAX_STATS_CORNERS = 4;
/** A chart of more is a wall of dots, and heavy. */
const MAX_CHART_CORNERS = 24;
const MAX_CHART_RUNS = 400;

async function repeatedOutputs({ result, job, sidecar }: FinishedJob): Promise<Output[]> {
  const { corners, runs } = result;
  const table = resultTable(result, job.settings);
  const samples = { [RUNS_MIME]: { tables: table.tables, ...rawSamples(runs), ...(sidecar === null ? {} : { sidecar: sidecar.path }) } };
  const chart = corners.length > MAX_CHART_CORNERS || runs.length > MAX_CHART_RUNS ? null : await runsChart(result);
  return [{ ...table, data: { ...table.data, ...samples } }, ...(chart === null ? [] : [chart]), ...sampleAnswers(result), ...noteOutput(runNotes(runs))];
}

function resultTable(result: ExperimentResult, { report, matrix = [] }: FinishedJob["job"]["settings"]): Output {
  if (report !== undefined) return sweepReport(result, report);
  if (result.corners.length <= MAX_STATS_CORNERS) return statsTable(result);
  const last = matrix.at(-1);
  return sweepReport(result, { rows: [], columns: matrix.length > 1 && last !== undefined ? [last.key] : [], show: [] });
}

/** With more combinations than this their first answers are shown by their beginnings: whole ones are in the samples. */
const MAX_WHOLE_ANSWERS = 8;
const MAX_BEGINNING = 200;

/** The first answer of each corner, or some rows of a data set: what the numbers are about. */
function sampleAnswers(result: ExperimentResult): Output[] {
  const { corners, runs } = result;
  if (runs.some(({ row }) => row !== null)) return [rowAnswers(runs)];
  if (corners.length === 1) return runs.slice(0, 1).flatMap(shownAnswer);
  const rows = corners.flatMap(({ corner, runs: own }) => own.slice(0, 1).map((run) => ({ ...asTyped(corner), seed: run.seed, "first answer": corners.length > MAX_WHOLE_ANSWERS ? shorten(run.answer, MAX_BEGINNING) : run.answer })));
  return [tableOutput(objectsTable(rows))];
}

/** A setting is not a measurement: 0.7 stays 0.7. */
function asTyped(corner: Corner): Record<string, string> {
  return Object.fromEntries(Object.entries(corner).map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]));
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
    return [...by, ...(reply === null ? [] : replyNotes(reply)).map((note) => `Note: ${note}`), ...problems];
  });
  return [...new Set(lines)];
}
