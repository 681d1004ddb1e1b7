/**
 * Cuts `items` into the fewest parts of at most `limit`, of nearly equal length: a tiny last part would cost
 * a whole evaluation.
 */
export function evenChunks<T>(items: readonly T[], limit: number): T[][] {
  const count = Math.ceil(items.length / limit);
  return Array.from({ length: count }, (_, i) =>
    items.slice(Math.floor((i * items.length) / count), Math.floor(((i + 1) * items.length) / count)),
  );
}

/** The first pieces of a growing cut: about what takes one and a half decode steps on a processor. */
const FIRST_PIECE = 8;

/** A piece may be this part of what came before it. */
const GROWTH = 10;

/**
 * Cuts `items` into parts that grow with what came before them, up to `limit`. For work that a key may take back at any
 * moment: whoever waited long already is less likely to go on typing in the next moment, and larger parts cost less.
 * By count and not by a clock, so that the same prompt is always evaluated in the same way.
 */
export function growingChunks<T>(items: readonly T[], limit: number): T[][] {
  const chunks: T[][] = [];
  for (let start = 0; start < items.length;) {
    const size = Math.min(limit, Math.max(FIRST_PIECE, Math.floor(start / GROWTH)));
    const left = items.length - start;
    // Two parts of half the size take longer than one that is a little larger.
    const end = left <= Math.min(limit, size * 1.5) ? items.length : start + size;
    chunks.push(items.slice(start, end));
    start = end;
  }
  return chunks;
}
