import type { NotebookScope, PromptCell } from "../cells/cell.ts";
import { completeCell } from "../cells/complete.ts";
import { hasErrors } from "../cells/diagnostic.ts";
import { hoverCell } from "../cells/hover.ts";
import { parseCell } from "../cells/parse.ts";
import { validateCell } from "../cells/validate.ts";
import { sweepPoints } from "../experiment/sweep.ts";
import type { ChatMessage } from "../../runtime/api/types.ts";
import type { CompleteReply, InspectReply } from "../jupyter/interpreter.ts";
import { catalogueNames } from "./catalogue-names.ts";
import { loadData } from "./data-file.ts";
import type { ModelAccess } from "./model-access.ts";
import type { NotebookState } from "./notebook-state.ts";
import { promptJob, type PromptJob } from "./prompt-job.ts";

/** A help request must not wait for a busy runtime. */
const COUNT_TIMEOUT_MS = 1000;

/** Before a runtime has told its models, those of the catalogue are offered. */
export function completeAt(code: string, offset: number, scope: NotebookScope): CompleteReply {
  return completeCell(code, offset, scope.models.length > 0 ? scope : { ...scope, models: [...catalogueNames()] });
}

/** MIME type of a rendered prompt for programs: `{ messages, model, tokens }`, the last two null where they are not known. */
const PROMPT_MIME = "application/vnd.retort.prompt+json";

/**
 * What stands at `offset`; elsewhere in a prompt cell, and everywhere in it with `detail` 1, the prompt as it would be
 * sent, with its tokens where a runtime is connected.
 */
export async function inspectAt(code: string, offset: number, detail: 0 | 1, state: NotebookState, access: ModelAccess, model: string | undefined, folder: string): Promise<InspectReply> {
  const hover = detail === 1 ? null : hoverCell(code, offset, state.scope());
  if (hover !== null) return { found: true, data: { "text/plain": hover.plain, "text/markdown": hover.markdown } };
  const parsed = parseCell(code);
  if (parsed.cell.kind !== "prompt" || hasErrors(validateCell(parsed, state.scope()))) return { found: false, data: {} };
  return { found: true, data: await renderedPrompt(parsed.cell, state, access, model, folder) };
}

async function renderedPrompt(cell: PromptCell, state: NotebookState, access: ModelAccess, model: string | undefined, folder: string): Promise<InspectReply["data"]> {
  const job = promptJob(cell, state.defaults, state.names.values());
  const messages = await firstPrompt(job, folder);
  const text = messages.map(({ role, content }) => `${role}:\n${content}`).join("\n\n");
  const tokens = await countTokens(messages, job.settings.model ?? model, access);
  return {
    "text/plain": tokens === null ? text : `${text}\n\n${tokens} tokens, without what the chat template adds.`,
    [PROMPT_MIME]: { messages, model: job.settings.model ?? model ?? null, tokens },
  };
}

/** The prompt of the first point of a matrix and the first row of a data set that can be used. */
async function firstPrompt(job: PromptJob, folder: string): Promise<ChatMessage[]> {
  const data = await loadData(job.settings, folder);
  const [point] = sweepPoints(job.settings.matrix);
  return point === undefined ? [] : job.messagesFor(point, data?.rows.find(({ problem }) => problem === null) ?? null);
}

/** Null where no runtime is connected, where it does not say, and where it has no time to. Starts and loads nothing. */
async function countTokens(messages: readonly ChatMessage[], wanted: string | undefined, access: ModelAccess): Promise<number | null> {
  const runtime = access.current?.runtime;
  if (runtime?.local !== true) return null;
  const signal = AbortSignal.timeout(COUNT_TIMEOUT_MS);
  try {
    const { loaded } = await runtime.status(signal);
    const ready = loaded.find((info) => wanted === undefined || info.model === wanted);
    if (ready === undefined) return null;
    const content = messages.map((message) => message.content).join("\n");
    return (await runtime.tokenize({ model: ready.model, precision: ready.precision, content }, { signal })).length;
  } catch (error) {
    if (signal.aborted) return null;
    throw error;
  }
}
