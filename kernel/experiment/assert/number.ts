import type { Assertion } from "../../cells/assert/assertion.ts";
import type { RunRecord } from "../result.ts";
import { boundsText, within } from "./bounds.ts";
import type { Finding } from "./check.ts";
import { formatNumber } from "./format-number.ts";
import { numberIn } from "./math/number-in.ts";
import { shorten } from "./shorten.ts";

export function checkNumber({ bounds }: Extract<Assertion, { kind: "number" }>, run: RunRecord): Finding {
  const value = (run.boxed === null ? null : numberIn(run.boxed)) ?? lastNumber(run.answer);
  if (value === null) return { verdict: false, detail: `no number in ${shorten(run.answer)}`, score: null };
  return { verdict: within(value, bounds), detail: `${formatNumber(value)}, asked for ${boundsText(bounds)}`, score: value };
}

const NUMBERS = /(?<![\w.])[-−+]?(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?(?:[eE][+-]?\d{1,3})?%?/g;
/** A number stands near the end of an answer; an endless answer is not searched from its start. */
const SEARCHED = 20_000;

function lastNumber(text: string): number | null {
  const last = text.slice(-SEARCHED).match(NUMBERS)?.at(-1);
  return last === undefined ? null : numberIn(last.replace("−", "-"));
}
