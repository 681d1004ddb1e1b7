/**
 * Chance that at least one of k answers passes, from `passed` of `n` answers, unbiased (Chen et al. 2021):
 * 1 - C(n - passed, k) / C(n, k). Null for fewer than k answers, where it cannot be told.
 */
export function passAtK(n: number, passed: number, k: number): number | null {
  if (k < 1 || k > n) return null;
  return 1 - choiceRatio(n - passed, n, k);
}

/** Chance that all of k answers pass (pass^k), unbiased: C(passed, k) / C(n, k). Null for fewer than k answers. */
export function passHatK(n: number, passed: number, k: number): number | null {
  if (k < 1 || k > n) return null;
  return choiceRatio(passed, n, k);
}

/** C(few, k) / C(many, k) without large numbers. */
function choiceRatio(few: number, many: number, k: number): number {
  let ratio = 1;
  for (let i = 0; i < k; i++) ratio *= Math.max(0, few - i) / (many - i);
  return ratio;
}
