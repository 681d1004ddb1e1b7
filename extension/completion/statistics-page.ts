import type { Translate } from "../host/translate.ts";
import { texts } from "./reason-text.ts";
import type { Reason } from "./reasons.ts";
import type { StatisticsSummary } from "./statistics.ts";

/** The statistics as a Markdown page. Pure. `language`: of the editor, for the date. */
export function statisticsPage(s: StatisticsSummary, t: Translate, language: string): string {
  const rows: [string, string][] = [
    [t("Requests"), String(s.requests)],
    [t("Suggestions shown"), String(s.shown)],
    [t("Accepted"), count(s.accepted, s.shown)],
    [t("Accepted in part"), String(s.acceptedPartly)],
    [t("Characters accepted"), String(s.acceptedCharacters)],
    [t("Characters still there a minute later"), count(s.retainedCharacters, s.measuredCharacters)],
    [t("Tokens generated"), String(s.generatedTokens)],
    [t("Tokens never shown"), count(s.wastedTokens, s.generatedTokens)],
    [t("Time to a suggestion, p50 / p95"), times(s.shownLatency)],
    [t("Time while typing along, p50 / p95"), times(s.typedLatency)],
  ];
  const reasons = s.reasons.map(([reason, n]): [string, string] => [name(reason, t), String(n)]);
  return [
    `# ${t("Code completion")}`,
    t("Counted on this machine since {0}. Only numbers are kept, and nothing is sent anywhere. Retort: Reset Code Completion Statistics begins anew.", new Date(s.since).toLocaleDateString(language, { dateStyle: "medium" })),
    table([t("What"), t("How much")], rows),
    ...(reasons.length === 0 ? [] : [`## ${t("Why nothing was shown")}`, table([t("Reason"), t("Times")], reasons)]),
  ].join("\n\n") + "\n";
}

function name(reason: Reason, t: Translate): string {
  if (reason === "refused") return t("The model cannot complete code.");
  return reason === "engine_failed" ? t("The engine failed.") : texts(t)[reason];
}

function count(n: number, of: number): string {
  return of === 0 ? "–" : `${n} (${Math.round((100 * n) / of)} %)`;
}

function times(value: { p50: number; p95: number } | null): string {
  return value === null ? "–" : `${value.p50.toFixed(0)} / ${value.p95.toFixed(0)} ms`;
}

function table([left, right]: readonly [string, string], rows: readonly (readonly [string, string])[]): string {
  return [`| ${left} | ${right} |`, "|---|---:|", ...rows.map(([a, b]) => `| ${a} | ${b} |`)].join("\n");
}
