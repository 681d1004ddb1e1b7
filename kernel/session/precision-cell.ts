import { RetortError } from "../../runtime/errors.ts";
import { DEFAULT_CONCURRENCY, DEFAULT_RUNS, type PrecisionPair } from "../cells/compare-keys.ts";
import { comparePrecisions } from "../experiment/compare/precision/compare-precisions.ts";
import type { PrecisionMeasurement, PrecisionPlan } from "../experiment/compare/precision/measurement.ts";
import { DEFAULT_PASSAGE, DEFAULT_PROMPTS } from "../experiment/compare/precision/questions.ts";
import { precisionPage } from "../display/precision-page.ts";
import type { ExecuteContext } from "../jupyter/interpreter.ts";
import type { ModelAccess } from "./model-access.ts";
import { chooseModel } from "./model-choice.ts";
import { RUNS_MIME } from "./output-record.ts";
import { precisionRecord } from "./precision-record.ts";
import { confirmLong } from "./confirm-long.ts";
import { PrecisionRun } from "./precision-run.ts";
import { LOADING_DELAY_MS, ProgressDisplay } from "./progress-display.ts";

export interface PrecisionServices {
  access: ModelAccess;
  /** Model for cells that name none (`RETORT_MODEL`). */
  model: string | undefined;
  /** Retort's version. */
  version: string;
}

const DEFAULTS = { runs: DEFAULT_RUNS, warmup: 1, maxTokens: 256, temperature: 0.6, seed: 1, concurrency: DEFAULT_CONCURRENCY, scoreTokens: 256 } as const;

/**
 * Measures a model in two precisions and shows the page; resolves to what the cell's name stands for. An interrupt
 * rejects with `cancelled`, after what there was has been shown. Errors: `needs_local_runtime`, and the runtime's.
 */
export async function runPrecisionCell(values: Record<string, unknown>, { access, model, version }: PrecisionServices, context: ExecuteContext): Promise<Record<string, unknown>> {
  const progress = new ProgressDisplay(context, LOADING_DELAY_MS);
  const onStep = (step: string) => progress.show(step);
  try {
    const connection = await access.connect(onStep, context.signal);
    if (!connection.runtime.local) throw needsLocal();
    const chosen = (values["model"] as string | undefined) ?? (await chooseModel(connection.runtime, model, context.signal)).model;
    const run = new PrecisionRun(planOf(values, chosen), connection, context.signal, { onStep, confirm: values["confirm"] === false ? undefined : (left, ms) => confirmLong(context, left, ms) });
    try {
      await run.measure();
    } finally {
      progress.end();
      if (!run.measurement.partial || run.measurement.rows.length > 1) show(run.measurement, values, version, progress.shown, context);
    }
    return { ...comparePrecisions(run.measurement).plain, runs: run.measurement.rows, partial: run.measurement.partial };
  } finally {
    progress.end();
  }
}

function show(measurement: PrecisionMeasurement, values: Record<string, unknown>, version: string, replaces: boolean, context: ExecuteContext): void {
  if (replaces) context.clearOutput(true);
  const [first, ...others] = precisionPage(comparePrecisions(measurement));
  if (first === undefined) return;
  const { samples, metadata } = precisionRecord(measurement, (values["name"] as string | undefined) ?? null, version);
  context.display({ ...first.data, [RUNS_MIME]: { tables: first.tables, ...samples } }, { metadata: { ...first.metadata, ...metadata } });
  for (const { data, metadata: own } of others) context.display(data, { metadata: own });
}

function planOf(values: Record<string, unknown>, model: string): PrecisionPlan {
  const number = (key: string, fallback: number) => (values[key] as number | undefined) ?? fallback;
  return {
    model,
    precisions: values["precision"] as PrecisionPair,
    prompts: (values["prompts"] as string[] | undefined) ?? DEFAULT_PROMPTS,
    runs: number("runs", DEFAULTS.runs),
    warmup: number("warmup", DEFAULTS.warmup),
    maxTokens: number("max_tokens", DEFAULTS.maxTokens),
    temperature: number("temperature", DEFAULTS.temperature),
    topP: values["top_p"] as number | undefined,
    seed: number("seed", DEFAULTS.seed),
    concurrency: number("concurrency", DEFAULTS.concurrency),
    text: (values["text"] as string | undefined) ?? DEFAULT_PASSAGE,
    scoreTokens: number("score_tokens", DEFAULTS.scoreTokens),
  };
}

function needsLocal(): RetortError {
  return new RetortError({
    code: "needs_local_runtime",
    message: "Another server answers this notebook, and it does not let its precision, memory and probabilities be seen.",
    hint: "Compare results instead (`a:` and `b:`), or unset RETORT_URL.",
    status: 400,
  });
}
