/** Prompts for measurements: every one different from its first token on, so that no cache helps unasked. */

const WORDS = "river stone lamp orchard copper winter signal harbour engine meadow violet timber market candle bridge autumn silver garden thunder paper".split(" ");

/** Small seeded generator (mulberry32): uniform in [0, 1). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** About `tokens` tokens of plain words, then a task that makes a model go on for long. */
export function longPrompt(tokens: number, seed: number): string {
  const random = seeded(seed + 1);
  const words = Array.from({ length: Math.max(1, tokens - 20) }, () => WORDS[Math.floor(random() * WORDS.length)]);
  return `${words.join(" ")}.\nCount slowly in words from one to two hundred: one, two, three,`;
}
