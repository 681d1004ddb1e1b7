import type { Precision } from "../../runtime/models/model.ts";
import { answerReader } from "../experiment/answer-reader.ts";
import { decodableSchema } from "../experiment/decodable-schema.ts";
import type { ModelRequest } from "../experiment/model.ts";
import { type Corner, type Plan, planRuns } from "../experiment/plan.ts";
import type { ExperimentResult } from "../experiment/result.ts";
import { type RunObserver, runPlan } from "../experiment/run-plan.ts";
import type { ModelAccess, RuntimeApi } from "./model-access.ts";
import { chooseModel, type ModelChoice } from "./model-choice.ts";
import { progressText } from "./progress-text.ts";
import type { PromptJob } from "./prompt-job.ts";

export interface JobObserver extends RunObserver {
  /** Something before the first request takes time: plain words. */
  onStep(step: string): void;
  /** The requests begin now. */
  onPlan(plan: Plan): void;
}

export interface FinishedJob {
  job: PromptJob;
  plan: Plan;
  choice: ModelChoice;
  result: ExperimentResult;
}

/** Brings a prompt job to a model: connects, makes every needed precision ready, runs the plan. */
export class PromptRunner {
  readonly #access: ModelAccess;
  readonly #environmentModel: string | undefined;

  constructor(access: ModelAccess, environmentModel: string | undefined) {
    this.#access = access;
    this.#environmentModel = environmentModel;
  }

  /** Rejects for what stops all runs (no runtime, no such model, `bad_schema`, `too_many_runs`, `cancelled` before the first run). */
  async run(job: PromptJob, signal: AbortSignal, observer: JobObserver): Promise<FinishedJob> {
    const read = answerReader(job.settings.output);
    const { model, runtime } = await this.#access.connect((step) => observer.onStep(step), signal);
    const choice = await this.#choose(job, runtime, signal);
    const plan = planOf(job, choice.model);
    await prepare(plan, runtime, signal, (step) => observer.onStep(step));
    observer.onPlan(plan);
    return { job, plan, choice, result: await runPlan(plan, model, read, signal, observer) };
  }

  async #choose({ settings, sources }: PromptJob, runtime: RuntimeApi, signal: AbortSignal): Promise<ModelChoice> {
    if (settings.model !== undefined) return { model: settings.model, source: sources["model"] ?? "cell" };
    return chooseModel(runtime, this.#environmentModel, signal);
  }
}

function planOf({ messages, settings }: PromptJob, model: string): Plan {
  const { runs, warmup, seed, matrix } = settings;
  return planRuns({
    runs: runs ?? 1,
    warmup,
    seed,
    matrix: matrix ?? null,
    requestFor: (corner) => requestOf({ ...settings, model: settings.model ?? model, ...corner }, messages),
  });
}

/** Settings of a request, without what is only for the notebook. */
function requestOf(settings: PromptJob["settings"] & Corner, messages: ModelRequest["messages"]): ModelRequest {
  const { name: _name, runs: _runs, warmup: _warmup, matrix: _matrix, timings: _timings, seed: _seed, output, ...fields } = settings;
  const format: Pick<ModelRequest, "response_format"> = output === undefined ? {}
    : output.type === "json_object" ? { response_format: { type: "json_object" } }
    : { response_format: { type: "json_schema", json_schema: { schema: decodableSchema(output.schema), strict: true } } };
  return { ...fields, ...format, messages };
}

/** Downloads, makes and loads what the plan needs, so that none of it counts as somebody's time to first token. */
async function prepare(plan: Plan, runtime: RuntimeApi, signal: AbortSignal, onStep: (step: string) => void): Promise<void> {
  if (!runtime.local) return;
  const needed = new Map<string, { model: string; precision: Precision | undefined }>();
  for (const { request } of plan.runs) {
    needed.set(`${request.model}@${request.precision ?? ""}`, { model: request.model ?? "", precision: request.precision });
  }
  for (const { model, precision } of needed.values()) {
    const name = precision === undefined ? model : `${model} ${precision}`;
    onStep(`Loading ${name} …`);
    await runtime.load(model, precision, { signal, priority: "notebook", onProgress: (progress) => onStep(`${name}: ${progressText(progress)}`) });
  }
}
