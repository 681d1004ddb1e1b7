import type { Translate } from "../../host/translate.ts";
import type { FittedContext } from "./context-budget.ts";

/** What went into the prompt, in one line: `612 of 3,000 tokens: selection, function parse, 2 signatures`. */
export function describeContext(context: FittedContext, t: Translate, locale = "en"): string {
  const number = new Intl.NumberFormat(locale);
  const signatures = context.parts.filter(({ kind }) => kind === "signature").length;
  const names = context.parts.filter(({ kind }) => kind !== "signature").map(({ label }) => (context.cut.includes(label) ? t("{0} (shortened)", shownLabel(label, t)) : shownLabel(label, t)));
  if (signatures === 1) names.push(t("1 signature"));
  if (signatures > 1) names.push(t("{0} signatures", signatures));
  const left = context.left.length === 0 ? "" : ` · ${t("left out: {0}", context.left.map((label) => shownLabel(label, t)).join(", "))}`;
  return `${t("{0} of {1} tokens: {2}", number.format(context.used), number.format(context.budget), names.join(", "))}${left}`;
}

/** Labels are English for the model; people read theirs. */
export function shownLabel(label: string, t: Translate): string {
  const [, kind, name = ""] = /^(function|signature of) (.+)$/u.exec(label) ?? [];
  if (kind !== undefined) return kind === "function" ? t("function {0}", name) : t("signature of {0}", name);
  const known: Record<string, string> = {
    selection: t("selection"), code: t("code"), outline: t("outline"), imports: t("imports"), messages: t("messages"), "terminal output": t("terminal output"),
  };
  return known[label] ?? label;
}
