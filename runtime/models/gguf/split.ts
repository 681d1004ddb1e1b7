import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { badGguf } from "./errors.ts";
import type { GgufHeader, GgufTensor } from "./gguf.ts";
import { MAX_SPLIT_PARTS } from "./limits.ts";
import { integerAt } from "./values.ts";

/** `name-00001-of-00003.gguf`, as llama.cpp names the parts of a split model. */
const PART_NAME = /^(.*)-(\d{5})-of-(\d{5})\.gguf$/;

/** All files of the model that begins at `path`; just `path` for an unsplit one. Throws `gguf_split…`. */
export function partPaths(path: string, header: GgufHeader): string[] {
  const count = integerAt(header, "split.count", 0, MAX_SPLIT_PARTS) ?? 1;
  if (count <= 1) return [path];
  if (partNumber(header) !== 0) throw badGguf("gguf_split", "This is not the first part of a split model.", "Choose the part whose name has 00001.");
  const [, stem] = PART_NAME.exec(basename(path)) ?? [];
  if (stem === undefined) throw badGguf("gguf_split", "The model is split, but its name does not end in -00001-of-0000N.gguf.", "Give all parts their original names.");
  const parts = Array.from({ length: count }, (_, i) => join(dirname(path), `${stem}-${five(i + 1)}-of-${five(count)}.gguf`));
  const missing = parts.slice(1).find((part) => !existsSync(part));
  if (missing !== undefined) throw badGguf("gguf_split_missing", `The part ${basename(missing)} of the split model is missing.`, "Get the missing part and put it beside the others.");
  return [path, ...parts.slice(1)];
}

/** Checks that a further part belongs at `index` of a model in `count` parts. */
export function checkPart(header: GgufHeader, index: number, count: number): void {
  const number = partNumber(header);
  const stated = integerAt(header, "split.count", 0, MAX_SPLIT_PARTS);
  if (number !== index || stated !== count) {
    throw badGguf("gguf_split", `Part ${index + 1} of ${count} says that it is number ${(number ?? 0) + 1} of ${stated ?? 1}.`, "Get all parts from the same source.");
  }
}

/** Checks the tensors of all parts together. Within a part, the table's reader has done so. */
export function checkJoined(tensors: readonly GgufTensor[]): void {
  const names = new Set<string>();
  for (const { name } of tensors) {
    if (names.has(name)) throw badGguf("gguf_tensor_name", `Two parts of the model have a tensor ${name}.`);
    names.add(name);
  }
}

function partNumber(header: GgufHeader): number | undefined {
  return integerAt(header, "split.no", 0, MAX_SPLIT_PARTS);
}

function five(number: number): string {
  return String(number).padStart(5, "0");
}
