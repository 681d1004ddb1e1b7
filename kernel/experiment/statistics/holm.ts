/**
 * Holm's step-down correction: p values that may each be held against the usual limit although several were looked at.
 * In the order given; a test that could not be made (null) stays null and does not count.
 */
export function holm(values: ReadonlyArray<number | null>): Array<number | null> {
  const made = values.flatMap((p, index) => (p === null ? [] : [{ p, index }])).sort((a, b) => a.p - b.p);
  const adjusted: Array<number | null> = values.map(() => null);
  let largest = 0;
  for (const [rank, { p, index }] of made.entries()) {
    largest = Math.max(largest, Math.min(1, p * (made.length - rank)));
    adjusted[index] = largest;
  }
  return adjusted;
}
