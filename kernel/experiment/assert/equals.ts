import type { Assertion } from "../../cells/assert/assertion.ts";
import type { RunRecord } from "../result.ts";
import type { Finding } from "./check.ts";
import { shorten } from "./shorten.ts";

export function checkEquals({ text, ignoreCase }: Extract<Assertion, { kind: "equals" }>, run: RunRecord): Finding {
  const fold = (value: string) => (ignoreCase ? value.toLowerCase() : value).normalize("NFC").trim();
  return { verdict: fold(run.answer) === fold(text), detail: `the answer is ${shorten(run.answer)}` };
}
