import type { Prompt } from "./prompt.ts";

/** A question in the user's own words. */
export function question(words: string): Prompt {
  return () => ({ full: words, brief: words });
}
