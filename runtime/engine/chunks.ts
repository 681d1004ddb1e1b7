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
