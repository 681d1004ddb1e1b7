import { stat } from "node:fs/promises";
import { basename } from "node:path";

import { RetortError } from "../../errors.ts";
import type { FimTokens } from "../gguf/facts.ts";
import type { GgufHeader } from "../gguf/gguf.ts";
import { readGgufHeader } from "../gguf/read.ts";
import { sha256File } from "../hash.ts";
import type { NamedAdapter, OpenedAdapter } from "./adapter.ts";
import { checkAdapter } from "./check-adapter.ts";

/** Ids of the markers before the prefix, the suffix and the middle, as the training writes them; the end token may follow. */
const FIM_KEY = "fim.tokens";
const LARGEST_ID = 2 ** 31 - 1;

/** Reads the head of an adapter's file, checks and hashes it. Throws `bad_adapter`, `gguf_…`. */
export async function openAdapter({ name, path }: NamedAdapter, signal?: AbortSignal): Promise<OpenedAdapter> {
  try {
    const { header, size } = await readGgufHeader(path, signal);
    checkAdapter(header);
    const { mtimeMs } = await stat(path);
    return { name, path, bytes: size, mtimeMs, header, fim: fimMarkers(header), sha256: await sha256File(path, undefined, signal) };
  } catch (error) {
    if (!(error instanceof RetortError) || error.message.startsWith(name)) throw error;
    throw new RetortError({ ...error.fields(), message: `${name} (${basename(path)}): ${error.message}` }, { cause: error });
  }
}

function fimMarkers(header: GgufHeader): FimTokens | null {
  const value = header.metadata.get(FIM_KEY)?.data;
  if (typeof value !== "object") return null;
  const [prefix, suffix, middle] = value.items.map(Number);
  if (prefix === undefined || suffix === undefined || middle === undefined) return null;
  const ids = [prefix, suffix, middle];
  return ids.every((id) => Number.isInteger(id) && id >= 0 && id <= LARGEST_ID) ? { prefix, suffix, middle } : null;
}
