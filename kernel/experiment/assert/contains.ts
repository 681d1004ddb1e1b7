import type { Assertion } from "../../cells/assert/assertion.ts";
import type { RunRecord } from "../result.ts";
import type { Finding } from "./check.ts";
import { shorten } from "./shorten.ts";

export function checkContains({ texts, ignoreCase }: Extract<Assertion, { kind: "contains" }>, run: RunRecord): Finding {
  const fold = (value: string) => (ignoreCase ? value.toLowerCase() : value).normalize("NFC");
  const answer = fold(run.answer);
  const missing = texts.filter((text) => !answer.includes(fold(text)));
  if (missing.length === 0) return { verdict: true, detail: `${texts.map((text) => shorten(text, 40)).join(", ")} is there` };
  return { verdict: false, detail: `${missing.map((text) => shorten(text, 40)).join(", ")} is not in ${shorten(run.answer)}` };
}
