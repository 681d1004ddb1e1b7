import type { Answer, RequestRecord } from "./request.ts";

/** The output channel's line about one request: where the time went, what it cost, how it ended. Pure. */
export function requestLine({ id, languageId, invoked, answer, stages, promptTokens, cachedTokens, generatedTokens }: RequestRecord): string {
  const parts = (["debounce", "queue", "ttft", "decode", "filter"] as const)
    .flatMap((stage) => (stages[stage] === null ? [] : [`${stage} ${ms(stages[stage])}`]));
  const tokens = [
    ...(promptTokens === null ? [] : [`${promptTokens} prompt tokens, ${cachedTokens ?? 0} cached`]),
    ...(generatedTokens === 0 ? [] : [`${generatedTokens} generated`]),
  ].join(", ");
  return [
    `${id} ${languageId}${invoked ? " (asked for)" : ""}: ${outcome(answer)}`,
    `${ms(stages.total)} ms${parts.length === 0 ? "" : ` (${parts.join(", ")})`}`,
    ...(tokens === "" ? [] : [tokens]),
  ].join("; ");
}

function outcome(answer: Answer): string {
  if (answer.kind === "none") return `nothing, ${answer.reason}${answer.error === undefined ? "" : ` (${answer.error.code})`}`;
  const [{ text }, ...others] = answer.suggestions;
  const lines = text.split("\n").length;
  return `shown, ${answer.source}, ${text.length} characters${lines === 1 ? "" : ` in ${lines} lines`}${others.length === 0 ? "" : `, ${others.length} more`}`;
}

function ms(value: number): string {
  return value < 10 ? value.toFixed(1) : value.toFixed(0);
}
