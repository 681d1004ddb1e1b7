import type { TokenEvent, TokenLogprob } from "../engine/engine.ts";
import type { ApiLogprob, CompletionLogprobs } from "./types.ts";

/** Log-probabilities of a batch of tokens in the shape of OpenAI's chat API. */
export function chatLogprobs(events: readonly TokenEvent[]): ApiLogprob[] {
  return events.filter(({ logprob }) => logprob !== undefined).map((event) => ({
    ...entry(tokenText(event), event.logprob ?? 0),
    top_logprobs: (event.top ?? []).map((top) => entry(top.text, top.logprob)),
  }));
}

/** The same in the older shape of text completions. `offset` counts the characters before this batch. */
export function completionLogprobs(events: readonly TokenEvent[], offset: number): CompletionLogprobs {
  const texts = events.map(tokenText);
  let position = offset;
  return {
    tokens: texts,
    token_logprobs: events.map(({ logprob }) => logprob ?? 0),
    top_logprobs: events.map(({ top }) => Object.fromEntries((top ?? []).map((one: TokenLogprob) => [one.text, one.logprob]))),
    text_offset: texts.map((text) => {
      const start = position;
      position += text.length;
      return start;
    }),
  };
}

/** A token's own text, also where the reply's text holds it back for a while. */
function tokenText(event: TokenEvent): string {
  return event.top?.find(({ token }) => token === event.token)?.text ?? event.text;
}

function entry(token: string, logprob: number): { token: string; logprob: number; bytes: number[] } {
  return { token, logprob, bytes: [...Buffer.from(token)] };
}
