import { RetortError } from "../../errors.ts";
import type { GgufHeader, GgufTensor } from "../gguf/gguf.ts";
import { stringAt } from "../gguf/values.ts";

const PART = /^(.+)\.lora_([ab])$/;
/** What adapters are written in. */
const TYPES = ["F32", "F16", "BF16", "Q8_0"];
const MAX_RANK = 4096;

/** The two halves of what is added to one matrix: B times A. */
interface Pair {
  a?: GgufTensor;
  b?: GgufTensor;
}

/**
 * Checks what an adapter's head says by itself: kind, alpha, and that its matrices come in pairs. Pure.
 * Throws `bad_adapter` (422).
 */
export function checkAdapter(adapter: GgufHeader): void {
  const kind = stringAt(adapter, "general.type");
  if (kind !== "adapter") throw bad(`it is of the kind ${shown(kind)}, not an adapter`);
  const type = stringAt(adapter, "adapter.type");
  if (type !== "lora") throw bad(`it is an adapter of the type ${shown(type)}, not lora`);
  if (adapter.metadata.has("adapter.alora.invocation_tokens")) throw bad("it works only after a text that switches it on, which this engine does not do");
  checkAlpha(adapter);
  if (adapter.tensors.length === 0) throw bad("it is empty");
  for (const [name, { a, b }] of pairsOf(adapter)) {
    if (a === undefined || b === undefined) throw bad(`${name} has only one of lora_a and lora_b`);
    const rank = a.dims[1] ?? 1;
    if (rank !== b.dims[0]) throw bad(`the two parts of ${name} have the ranks ${rank} and ${b.dims[0]}`);
    if (rank > MAX_RANK) throw bad(`${name} has the rank ${rank}; ${MAX_RANK} at most are possible`);
  }
}

/**
 * Checks that an adapter that has passed {@link checkAdapter} belongs to a model: native code ends the whole process on
 * a matrix that does not fit. Pure. Throws `adapter_mismatch` (400).
 */
export function checkFit(name: string, adapter: GgufHeader, model: GgufHeader): void {
  const wanted = stringAt(model, "general.architecture");
  const architecture = stringAt(adapter, "general.architecture");
  if (architecture !== wanted) throw mismatch(name, `it is for the architecture ${shown(architecture)}, the model has ${shown(wanted)}`);
  const base = new Map(model.tensors.map((tensor) => [tensor.name, tensor]));
  for (const [matrix, pair] of pairsOf(adapter)) {
    const tensor = base.get(matrix);
    if (tensor === undefined) throw mismatch(name, `the model has no ${matrix}`);
    // Looked up by tokens as well as multiplied with, where input and output share it.
    if (/_embd\.weight$/.test(matrix)) throw mismatch(name, `${matrix} cannot be adapted, only matrices that are multiplied with`);
    if (tensor.dims.length < 2) throw mismatch(name, `${matrix} is no matrix`);
    checkShape(name, matrix, tensor.dims, pair);
  }
}

/** A is [in, rank] and B [rank, out] for a matrix [in, out]; experts stand one behind the other in each of the three. */
function checkShape(name: string, matrix: string, dims: readonly number[], { a, b }: Pair): void {
  const [input, output, ...experts] = dims;
  const [fromInput, , ...expertsA] = a?.dims ?? [];
  const [, toOutput = 1, ...expertsB] = b?.dims ?? [];
  const fits = fromInput === input && toOutput === output && [expertsA, expertsB].every((list) => same(list, experts));
  if (!fits) throw mismatch(name, `its part for ${matrix} goes from ${fromInput} to ${toOutput} values; the model's from ${input} to ${output}`);
}

/** Trailing ones may be left out. */
function same(a: readonly number[], b: readonly number[]): boolean {
  return Array.from({ length: Math.max(a.length, b.length) }, (_, i) => (a[i] ?? 1) === (b[i] ?? 1)).every(Boolean);
}

function checkAlpha({ metadata }: GgufHeader): void {
  const alpha = metadata.get("adapter.lora.alpha");
  if (alpha === undefined) return;
  if (alpha.type !== "float32" || !Number.isFinite(alpha.data)) throw bad("its adapter.lora.alpha is not a finite 32-bit number");
}

function pairsOf(adapter: GgufHeader): Map<string, Pair> {
  const pairs = new Map<string, Pair>();
  for (const tensor of adapter.tensors) {
    const [, matrix, half] = PART.exec(tensor.name) ?? [];
    if (matrix === undefined) throw bad(`it holds ${tensor.name}, which is no part of a low-rank pair`);
    if (!TYPES.includes(tensor.typeName)) throw bad(`${tensor.name} has the type ${tensor.typeName}; ${TYPES.join(", ")} are possible`);
    pairs.set(matrix, { ...pairs.get(matrix), [half === "a" ? "a" : "b"]: tensor });
  }
  return pairs;
}

function shown(value: string | undefined): string {
  return value === undefined ? "none" : JSON.stringify(value.slice(0, 40));
}

function bad(why: string): RetortError {
  return new RetortError({ code: "bad_adapter", message: `The file cannot be used as an adapter: ${why}.`, hint: "Choose a LoRA adapter in GGUF form, as llama.cpp's convert_lora_to_gguf.py writes it.", status: 422 });
}

function mismatch(name: string, why: string): RetortError {
  return new RetortError({ code: "adapter_mismatch", message: `The adapter '${name}' does not fit the model: ${why}.`, hint: "Use it with the model that it was trained for.", status: 400, param: "lora" });
}
