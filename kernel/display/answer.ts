import type { Output } from "./bundle.ts";
import { encodeAll } from "./html.ts";
import { inertMarkdown } from "./inert-markdown.ts";
import { formatCount } from "./numbers.ts";
import { plainText } from "./plain-text.ts";

/** A reply to show. */
export interface Answer {
  answer: string;
  /** "" where the model did not think. */
  thinking: string;
  /** Thinking tokens; null where a back end does not say. */
  thinkingTokens: number | null;
  /** Null for a reply that was interrupted. */
  finish: "stop" | "length" | null;
}

/** The answer as Markdown, its thinking folded above it, and as plain text. Model text can only show text. */
export function answerOutput(reply: Answer): Output {
  const remark = endRemark(reply);
  const body = inertMarkdown(reply.answer);
  const markdown = [fold(reply), body, remark === null ? "" : `*${remark}*`].filter((part) => part !== "").join("\n\n");
  const plain = [plainText(reply.answer), remark === null ? "" : `(${remark})`].filter((part) => part !== "").join("\n\n");
  return { data: { "text/markdown": markdown, "text/plain": plain }, metadata: {} };
}

/** One line of HTML without a blank line, so that every Markdown renderer takes it as a whole. */
function fold({ thinking, thinkingTokens }: Answer): string {
  if (thinking === "") return "";
  const count = thinkingTokens === null ? "" : ` (${formatCount(thinkingTokens, "token")})`;
  return `<details><summary>Thinking${count}</summary><pre style="white-space:pre-wrap">${encodeAll(plainText(thinking))}</pre></details>`;
}

function endRemark({ answer, thinking, finish }: Answer): string | null {
  if (finish === "length") return answer === "" && thinking !== "" ? "No answer: the token limit was reached while thinking." : "Cut off at the token limit.";
  return finish === "stop" && answer.trim() === "" ? "The model gave an empty answer." : null;
}
