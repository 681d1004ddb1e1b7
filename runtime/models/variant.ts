import type { Precision, StoredFile } from "./model.ts";

/** Best first: what a missing precision is made from. */
const RANK: readonly Precision[] = ["fp16", "int8", "q4"];

/** The best file that was not made here; everything that is made here is made from it. */
export function bestSource(files: readonly StoredFile[]): StoredFile | undefined {
  const genuine = files.filter(({ madeFrom }) => madeFrom === undefined);
  return genuine.sort((a, b) => RANK.indexOf(a.precision) - RANK.indexOf(b.precision))[0];
}

/**
 * The file that stands for `precision`: a genuine one, else one made here. A made file counts only while it comes from
 * the best source: an INT8 made from 4-bit weights must not be compared with an FP16 that was pulled later.
 */
export function chooseVariant(files: readonly StoredFile[], precision: Precision): StoredFile | undefined {
  const same = files.filter((file) => file.precision === precision);
  const source = bestSource(files);
  return same.find(({ madeFrom }) => madeFrom === undefined) ?? same.find(({ madeFrom }) => source === undefined || madeFrom?.sha256 === source.sha256);
}
