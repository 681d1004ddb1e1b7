import { readFile, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { DEFAULT_JUDGE } from "../cells/assert/judge-setting.ts";
import { SCHEMA_LIMIT } from "../cells/schema.ts";
import type { Assertions } from "../experiment/assert/check.ts";
import { compileAssertions } from "../experiment/assert/compile-assertions.ts";
import type { JsHost } from "../experiment/js/execution.ts";
import type { Model } from "../experiment/model.ts";
import type { Plan, PlannedRun } from "../experiment/plan.ts";
import type { RunRecord } from "../experiment/result.ts";
import { sweepPoints } from "../experiment/sweep.ts";
import { RetortError } from "../../runtime/errors.ts";
import type { RuntimeApi } from "./model-access.ts";
import type { PromptJob } from "./prompt-job.ts";
import type { UserCode } from "./user-code.ts";

export interface AssertionServices {
  code: UserCode;
  /** What the notebook shows of what that code prints and displays. */
  host: JsHost;
  model: Model;
  runtime: RuntimeApi;
  /** The notebook's folder: relative paths begin there. */
  folder: string;
}

/** The assertions of a job over its plan; undefined where it has none. */
export function jobAssertions(job: PromptJob, plan: Plan, services: AssertionServices): Assertions | undefined {
  const { assert: specs, matrix } = job.settings;
  if (specs === undefined) return undefined;
  const { code, host, model, runtime, folder } = services;
  const points = sweepPoints(matrix);
  const measured = plan.runs.filter((run) => run.kind === "measured");
  const planned = ({ index }: RunRecord) => measured[index];
  return compileAssertions(specs, {
    values: (run) => job.valuesFor(points[planned(run)?.corner ?? 0] ?? { variables: {} }, run.row),
    prompt: (run) => planned(run)?.request.messages ?? null,
    search: (pattern, flags, text, signal) => code.search(pattern, flags, text, host, signal),
    evaluate: (expression, scope, signal) => code.evaluate(expression, scope, host, signal),
    score: (name, scope, signal) => code.score(name, scope, host, signal),
    embed: async (texts, named, signal) => {
      const { data } = await runtime.embeddings({ model: named ?? await embeddingModel(runtime, signal), input: [...texts] }, { signal, priority: "notebook" });
      return data.map(({ embedding }) => {
        if (typeof embedding === "string") throw new RetortError({ code: "bad_embedding", message: "The server sent embeddings in a form that was not asked for.", status: 502 });
        return embedding;
      });
    },
    judge: async (request, run, signal) => (await model.ask({ ...request, ...judgeSettings(job, planned(run)) }, () => undefined, signal)).answer,
    readText: (path) => readSmall(resolve(folder, path), path),
  });
}

/** The judge that the cell names, else the model that answered. Temperature 0 and a fixed seed: the same answer gets the same mark. */
function judgeSettings({ settings }: PromptJob, run: PlannedRun | undefined) {
  const { model, precision, max_tokens } = settings.judge ?? DEFAULT_JUDGE;
  const own = run?.request;
  const chosen = model ?? own?.model;
  const exact = precision ?? (model === null ? own?.precision : undefined);
  return { ...(chosen === undefined ? {} : { model: chosen }), ...(exact === undefined ? {} : { precision: exact }), temperature: 0, seed: 0, max_tokens };
}

async function embeddingModel(runtime: RuntimeApi, signal: AbortSignal): Promise<string> {
  const cards = await runtime.models(signal);
  const found = cards.find(({ retort }) => retort !== undefined && retort.capabilities.includes("embeddings") && retort.precisions.some(({ installed }) => installed));
  if (found !== undefined) return found.id;
  throw new RetortError({
    code: "no_embedding_model", message: "No embedding model is installed.",
    hint: "Put a GGUF file of one into the models folder, or name one: `similar: { model: …, to: …, at_least: 0.8 }`.", status: 400,
  });
}

/** `path` is the file's name for people. */
async function readSmall(file: string, path: string): Promise<string> {
  try {
    const { size } = await stat(file);
    if (size > SCHEMA_LIMIT) throw new RetortError({ code: "file_too_large", message: `${path} has ${size} bytes; at most ${SCHEMA_LIMIT} are allowed.`, status: 400 });
    return await readFile(file, "utf8");
  } catch (error) {
    if (error instanceof RetortError) throw error;
    const code = (error as NodeJS.ErrnoException).code;
    throw new RetortError({ code: code === "ENOENT" ? "file_not_found" : "file_not_readable", message: code === "ENOENT" ? `There is no file ${path}.` : `${path} cannot be read (${code ?? "unknown"}).`, hint: "Paths begin in the notebook's folder.", status: 400 }, { cause: error });
  }
}
