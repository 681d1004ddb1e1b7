import type { ContextPart, CountedPart } from "./context-part.ts";

/** How many tokens a text has. */
export type CountTokens = (text: string) => Promise<number>;

/** Code has about this many characters for each token in the vocabularies of our models. Rounded down: too long is worse than too short. */
const CHARACTERS_PER_TOKEN = 3;
/** A part of more characters than this is cut before anything is counted; no context holds so much. */
const MOST_CHARACTERS = 200_000;

/** For servers that do not count, and before a model is loaded. Other scripts than Latin have about one token a character. */
export function estimateTokens(text: string): number {
  let wide = 0;
  for (const character of text) if ((character.codePointAt(0) ?? 0) > 0x2e7f) wide++;
  return wide + Math.ceil((text.length - wide) / CHARACTERS_PER_TOKEN);
}

export async function countParts(parts: readonly ContextPart[], count: CountTokens): Promise<CountedPart[]> {
  return Promise.all(parts.map(async (part) => {
    const text = part.text.length > MOST_CHARACTERS ? part.text.slice(0, MOST_CHARACTERS) : part.text;
    return { ...part, text, tokens: await count(text) };
  }));
}
