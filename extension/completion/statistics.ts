import { quantile } from "../../runtime/timing.ts";
import type { Reason } from "./reasons.ts";
import type { RequestRecord } from "./request.ts";

/** Times kept for the percentiles. */
const TIMES_KEPT = 2_000;

/** What came of suggestions in this window. Numbers only, no text; nothing leaves the machine. */
export interface StatisticsSummary {
  requests: number;
  shown: number;
  accepted: number;
  acceptedPartly: number;
  /** Characters that are not white space. `retained` is measured a while after the accept, of `measured` characters. */
  acceptedCharacters: number;
  measuredCharacters: number;
  retainedCharacters: number;
  generatedTokens: number;
  /** Generated, and never on screen. */
  wastedTokens: number;
  /** From the editor's question to the answer, in ms; null before the first. Waiting for the next key included. */
  shownLatency: { p50: number; p95: number } | null;
  typedLatency: { p50: number; p95: number } | null;
  reasons: readonly (readonly [Reason, number])[];
}

export class Statistics {
  readonly #reasons = new Map<Reason, number>();
  readonly #shownTimes: number[] = [];
  readonly #typedTimes: number[] = [];
  #requests = 0;
  #shown = 0;
  #shownTokens = 0;
  #generated = 0;
  #accepted = 0;
  #partly = 0;
  #acceptedCharacters = 0;
  #measured = 0;
  #retained = 0;

  request({ answer, stages }: RequestRecord): void {
    this.#requests++;
    if (answer.kind === "none") this.#reasons.set(answer.reason, (this.#reasons.get(answer.reason) ?? 0) + 1);
    else remember(answer.source === "typed" ? this.#typedTimes : this.#shownTimes, stages.total);
  }

  shown(tokens: number): void {
    this.#shown++;
    this.#shownTokens += tokens;
  }

  generated(tokens: number): void {
    this.#generated += tokens;
  }

  accepted(characters: number, whole: boolean): void {
    if (whole) this.#accepted++;
    else this.#partly++;
    this.#acceptedCharacters += characters;
  }

  retained(characters: number, of: number): void {
    this.#retained += characters;
    this.#measured += of;
  }

  summary(): StatisticsSummary {
    return {
      requests: this.#requests,
      shown: this.#shown,
      accepted: this.#accepted,
      acceptedPartly: this.#partly,
      acceptedCharacters: this.#acceptedCharacters,
      measuredCharacters: this.#measured,
      retainedCharacters: this.#retained,
      generatedTokens: this.#generated,
      wastedTokens: Math.max(0, this.#generated - this.#shownTokens),
      shownLatency: percentiles(this.#shownTimes),
      typedLatency: percentiles(this.#typedTimes),
      reasons: [...this.#reasons].sort(([, a], [, b]) => b - a),
    };
  }
}

function remember(times: number[], ms: number): void {
  times.push(ms);
  if (times.length > TIMES_KEPT) times.shift();
}

function percentiles(times: readonly number[]): { p50: number; p95: number } | null {
  if (times.length === 0) return null;
  const sorted = [...times].sort((a, b) => a - b);
  return { p50: quantile(sorted, 0.5), p95: quantile(sorted, 0.95) };
}
