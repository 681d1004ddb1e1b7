import type { ChatReply } from "../../../runtime/client/replies.ts";
import type { Translate } from "../../host/translate.ts";

/** One quiet line on how fast an answer was. What a server does not tell is left out. `firstTextMs`: known better than the reply knows it. */
export function timingLine(reply: ChatReply, t: Translate, locale = "en", firstTextMs: number | null = null): string {
  const number = (value: number, digits: number): string => new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);
  const ttft = firstTextMs ?? reply.timings?.ttft_ms ?? firstChunkMs(reply);
  const rate = reply.timings?.decode_tok_s ?? null;
  const tokens = reply.timings?.predicted_tokens ?? reply.usage?.completion_tokens ?? null;
  const prompt = reply.timings?.prompt_tokens ?? reply.usage?.prompt_tokens ?? null;
  return [
    ttft === null ? null : t("first token after {0} s", number(ttft / 1000, 2)),
    rate === null ? null : t("{0} tok/s", number(rate, 1)),
    tokens === null ? null : t("{0} tokens", number(tokens, 0)),
    prompt === null ? null : t("prompt {0}", number(prompt, 0)),
    reply.model,
    reply.provenance?.precision.toUpperCase() ?? null,
  ].filter((item) => item !== null).join(" · ");
}

function firstChunkMs({ client }: ChatReply): number | null {
  const first = client.chunks[0];
  return first === undefined ? null : first - client.sentAt;
}
