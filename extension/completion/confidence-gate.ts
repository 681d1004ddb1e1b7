/** A token of the model's text: where it ends in the text, and how probable the model held it. */
export interface WeighedToken {
  end: number;
  probability: number;
}

/**
 * How much of `text[from, to)` the model was sure enough of. The measure is the geometric mean of its tokens'
 * probabilities. An unsure first line drops everything (0), an unsure later line is where the text is cut.
 * Without probabilities everything passes. `threshold` 0 to 1; 0 lets everything pass.
 */
export function confidentLength(text: string, from: number, to: number, tokens: readonly WeighedToken[], threshold: number): number {
  if (threshold <= 0) return to - from;
  let kept = 0;
  for (const end of lineEnds(text, from, to)) {
    const mean = meanProbability(tokens, from, end);
    if (mean !== null && mean < threshold) return kept;
    kept = end - from;
  }
  return kept;
}

/** Geometric mean of the probabilities of tokens that end in (from, to]. Null when there are none. */
export function meanProbability(tokens: readonly WeighedToken[], from: number, to: number): number | null {
  let sum = 0;
  let n = 0;
  for (const { end, probability } of tokens) {
    if (end <= from || end > to) continue;
    sum += Math.log(Math.max(probability, Number.MIN_VALUE));
    n++;
  }
  return n === 0 ? null : Math.exp(sum / n);
}

/** Where the lines with text end. */
function lineEnds(text: string, from: number, to: number): number[] {
  const ends: number[] = [];
  let start = from;
  while (start < to) {
    const found = text.indexOf("\n", start);
    const end = found === -1 || found > to ? to : found;
    if (text.slice(start, end).trim() !== "") ends.push(end);
    start = end + 1;
  }
  return ends;
}
