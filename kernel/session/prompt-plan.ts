import type { PromptSettings } from "../cells/settings.ts";
import type { DataRow } from "../experiment/data/row.ts";
import { decodableSchema } from "../../runtime/models/decodable-schema.ts";
import type { ModelRequest } from "../experiment/model.ts";
import { type Plan, planRuns } from "../experiment/plan.ts";
import { type SweepPoint, sweepPoints } from "../experiment/sweep.ts";
import type { PromptJob } from "./prompt-job.ts";

/** Keys of a cell that go to the model as they are; all others are for the notebook. */
const REQUEST_KEYS = [
  "model", "precision", "task", "temperature", "top_p", "top_k", "min_p", "max_tokens", "stop",
  "repeat_penalty", "frequency_penalty", "presence_penalty", "cache_prompt", "backend",
] as const satisfies ReadonlyArray<keyof PromptSettings>;

/** Every request of a job. Those of a cell that names no model have none yet: see `JobBackends`. Throws as `planRuns` does. */
export function planOf(job: PromptJob, rows: readonly DataRow[] | null): Plan {
  const { runs = 1, warmup, seed, matrix, until } = job.settings;
  const points = sweepPoints(matrix);
  return planRuns({
    runs: until?.max_runs ?? runs,
    warmup,
    seed,
    corners: points.map(({ corner }) => corner),
    rows,
    requestFor: (corner, row) => requestOf(job, points[corner] as SweepPoint, row),
  });
}

/** The messages of the first request: what `%trace` and the record of an output show. */
export function firstMessages(plan: Plan): ModelRequest["messages"] {
  const measured = plan.runs.filter((run) => run.kind === "measured");
  return (measured.find((run) => run.problem === null) ?? measured[0])?.request.messages ?? [];
}

function requestOf(job: PromptJob, point: SweepPoint, row: DataRow | null): ModelRequest {
  const settings: Record<string, unknown> = { ...job.settings, ...point.settings };
  const fields = Object.fromEntries(REQUEST_KEYS.flatMap((key) => (settings[key] === undefined ? [] : [[key, settings[key]]])));
  const seed = point.settings["seed"];
  const messages = job.messagesFor(point, row);
  return { ...fields, ...(typeof seed === "number" ? { seed } : {}), ...formatOf(job.settings), ...continuationOf(job.settings, messages), messages };
}

/** A prompt that ends in the assistant's words is gone on with. Replies with tools are several, each of its own. */
function continuationOf({ tools }: PromptSettings, messages: ModelRequest["messages"]): Pick<ModelRequest, "continue_final_message" | "add_generation_prompt"> {
  return messages.at(-1)?.role === "assistant" && tools === undefined ? { continue_final_message: true, add_generation_prompt: false } : {};
}

function formatOf({ output }: PromptSettings): Pick<ModelRequest, "response_format"> {
  if (output === undefined) return {};
  if (output.type === "json_object") return { response_format: { type: "json_object" } };
  return { response_format: { type: "json_schema", json_schema: { schema: decodableSchema(output.schema), strict: true } } };
}
