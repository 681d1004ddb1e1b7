/** Characters of a token in code, on average over the models that are offered. */
const CHARS_PER_TOKEN = 4;

/** About how many tokens a text has. Only the model's own tokenizer knows, and asking it costs a round trip. */
export function estimateTokens(text: string): number {
  return Math.ceil(text.length / CHARS_PER_TOKEN);
}
