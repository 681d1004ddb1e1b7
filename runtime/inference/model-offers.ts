import type { ModelOffer, ModelOffers, PrecisionOffer } from "../api/types.ts";
import { estimateShape } from "../models/estimate.ts";
import { filesId, type ModelEntry, type ModelSource, type Precision, type StoredFile } from "../models/model.ts";
import { BLOCK_FORMATS } from "../models/quant/formats.ts";
import { bestSource, chooseVariant } from "../models/variant.ts";
import type { ReadyModel } from "./loaded-model.ts";
import type { LoadSettings, MemoryPlanner, ModelFiles } from "./ports.ts";

export interface OfferParts {
  files: ModelFiles;
  planner: MemoryPlanner;
  settings: LoadSettings;
  /** Models in memory. */
  ready: () => readonly ReadyModel[];
  /** Names of the user's own: name to model. */
  aliases: () => Readonly<Record<string, string>>;
}

const PRECISIONS: readonly Precision[] = ["fp16", "int8", "q4"];
/** Bits of one weight with its share of the block's scales. K-mixes: as llama.cpp states them for its own files. */
const BITS: Readonly<Record<string, number>> = { F32: 32, F16: 16, BF16: 16, Q8_0: 8.5, Q6_K: 6.56, Q5_K_M: 5.69, Q4_K_M: 4.89, Q4_1: 5, Q4_0: 4.5 };

/** Every model that could be used here: what is installed, what could be downloaded or made, and whether it fits into memory. */
export async function modelOffers(parts: OfferParts): Promise<ModelOffers> {
  const { files, planner } = parts;
  const [installed, budget, free] = await Promise.all([files.installed(), planner.budget(), planner.free()]);
  const memory = { budget, free, used: parts.ready().reduce((sum, { need }) => sum + need, 0) };
  const models = [];
  for (const { id, entry } of await offered(parts, installed)) models.push(await offer(parts, id, entry, installed, memory));
  return { models, memory: { budget_bytes: budget, free_bytes: free, used_bytes: memory.used } };
}

interface Memory {
  budget: number;
  free: number | null;
  used: number;
}

/** The catalogue first, then what is on this machine beyond it: a file of the user's own under its name. */
async function offered({ files, aliases }: OfferParts, installed: readonly StoredFile[]): Promise<Array<{ id: string; entry: ModelEntry }>> {
  const catalogue = files.entries();
  const names = Object.entries(aliases());
  const others = [];
  for (const modelId of new Set(installed.map((file) => file.modelId))) {
    const own = names.find(([, target]) => target === modelId)?.[0];
    // A file without a name of its own cannot be asked for.
    if (catalogue.some((entry) => entry.id === modelId) || (modelId.startsWith("file:") && own === undefined)) continue;
    const entry = await files.described(modelId);
    if (entry !== undefined) others.push({ id: own ?? modelId, entry });
  }
  return [...catalogue.map((entry) => ({ id: entry.id, entry })), ...others];
}

async function offer(parts: OfferParts, id: string, entry: ModelEntry, installed: readonly StoredFile[], memory: Memory): Promise<ModelOffer> {
  const here = installed.filter(({ modelId }) => modelId === filesId(entry));
  const precisions: PrecisionOffer[] = [];
  for (const precision of PRECISIONS) {
    const one = await precisionOffer(parts, entry, precision, here, memory);
    if (one !== undefined) precisions.push(one);
  }
  const { name, description, licence, parameters, context, capabilities } = entry;
  const shownName = name === entry.id && id !== entry.id ? id : name;
  return { id, name: shownName, description, licence, parameters, context, capabilities, precisions };
}

async function precisionOffer(parts: OfferParts, entry: ModelEntry, precision: Precision, here: readonly StoredFile[], memory: Memory): Promise<PrecisionOffer | undefined> {
  const file = chooseVariant(here, precision);
  if (file !== undefined) return installedOffer(parts, entry, file, memory);
  const base = bestSource(here);
  if (base !== undefined && precision !== "q4" && convertible(base.quant)) {
    return missingOffer(parts, entry, precision, { quant: quantOf(precision) }, "make", base.quant, memory, 0);
  }
  const source = entry.sources.find((one) => one.precision === precision);
  const first = entry.sources[0];
  if (source === undefined && (precision === "q4" || first === undefined || !convertible(first.quant))) return undefined;
  const from = source ?? (first as ModelSource);
  const part = (await parts.files.unfinished(entry.id)).find(({ quant }) => quant === from.quant);
  const wanted = source ?? { quant: quantOf(precision) };
  return missingOffer(parts, entry, precision, wanted, "download", from.uri, memory, part?.bytes ?? 0, bytesOf(entry, from));
}

async function installedOffer({ files, planner, settings, ready }: OfferParts, entry: ModelEntry, file: StoredFile, memory: Memory): Promise<PrecisionOffer> {
  const loaded = ready().some((model) => model.entry.id === filesId(entry) && model.file.precision === file.precision);
  // A damaged file is said to be so when it is loaded; a list of models has no use for its error.
  const need = await planner.need(file, settings, memory.budget).then(({ total }) => total, () => null);
  return {
    precision: file.precision, quant: file.quant, state: "installed", bytes: file.bytes, download_bytes: 0, partial_bytes: 0, loaded,
    removable: entry.base === undefined && files.owns(file), from: file.madeFrom?.quant ?? file.origin, need_bytes: need, fit: loaded ? "fits" : fitOf(need, memory),
  };
}

function missingOffer(
  { settings }: OfferParts, entry: ModelEntry, precision: Precision, wanted: { quant: string; bytes?: number }, state: "make" | "download",
  from: string, memory: Memory, partial: number, download: number | null = 0,
): PrecisionOffer {
  const bytes = bytesOf(entry, wanted);
  const need = bytes === null ? null : expectedNeed(entry, bytes, wanted.quant, settings);
  return {
    precision, quant: wanted.quant, state, bytes, download_bytes: download, partial_bytes: partial, loaded: false, removable: false, from,
    need_bytes: need, fit: fitOf(need, memory),
  };
}

/** Bytes in memory of a file that is not here; null where the catalogue does not tell the model's shape. */
function expectedNeed({ shape, context, capabilities }: ModelEntry, bytes: number, quant: string, settings: LoadSettings): number | null {
  if (shape === undefined) return null;
  const weights = bytes + (shape.tied ? (shape.vocabulary * shape.embedding * (BITS[quant] ?? 0)) / 8 : 0);
  const perLayer = (value: number): number[] => new Array<number>(shape.layers).fill(value);
  return estimateShape(
    {
      architecture: "", layers: shape.layers, context, embedding: shape.embedding, feedForward: perLayer(shape.feedForward), heads: perLayer(shape.heads),
      kvHeads: perLayer(shape.kvHeads), keyLength: shape.headLength, valueLength: shape.headLength,
    },
    shape.vocabulary,
    { contextSize: Math.min(settings.contextSize, context), sequences: settings.slots, kvCacheType: settings.kvCacheType, embedding: capabilities.includes("embeddings") },
    weights,
  ).total;
}

/** `tight`: only after other programs have given memory back. Memory of loaded models counts as free: they are put out. */
function fitOf(need: number | null, { budget, free, used }: Memory): PrecisionOffer["fit"] {
  if (need === null) return null;
  if (need > budget) return "too-big";
  return free === null || need <= free + used ? "fits" : "tight";
}

function bytesOf({ parameters }: ModelEntry, { quant, bytes }: { quant: string; bytes?: number }): number | null {
  const bits = BITS[quant];
  return bytes ?? (bits === undefined || parameters === 0 ? null : Math.round((parameters * bits) / 8));
}

/** A mix such as Q4_K_M consists of tensors of types that can be unpacked. */
function convertible(quant: string): boolean {
  return BLOCK_FORMATS.has(quant.replace(/_[SML]$/, ""));
}

function quantOf(precision: Precision): string {
  return precision === "fp16" ? "F16" : "Q8_0";
}
