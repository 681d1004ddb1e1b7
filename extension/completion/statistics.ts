import { quantile } from "../../runtime/timing.ts";
import type { Reason } from "./reasons.ts";
import type { RequestRecord } from "./request.ts";
import { addCounts, noCounts, type StatisticsCounts, TIMES_KEPT } from "./statistics-counts.ts";

/** What came of suggestions. Numbers only, no text; nothing leaves the machine. */
export interface StatisticsSummary {
  /** Since when it was counted, in ms of the calendar. */
  since: number;
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

/** Counts what happens. {@link take} hands the counts over to whoever keeps them. */
export class Statistics {
  readonly #now: () => number;
  readonly #changed: () => void;
  #counts: StatisticsCounts;

  /** `now`: ms of the calendar. `changed` is told of each count. */
  constructor(now: () => number = Date.now, changed: () => void = () => undefined) {
    this.#now = now;
    this.#changed = changed;
    this.#counts = noCounts(now());
  }

  request({ answer, stages }: RequestRecord): void {
    const { reasons, shownTimes, typedTimes } = this.#counts;
    if (answer.kind === "none") reasons[answer.reason] = (reasons[answer.reason] ?? 0) + 1;
    else remember(answer.source === "typed" ? typedTimes : shownTimes, stages.total);
    this.#add({ requests: 1 });
  }

  shown(tokens: number): void {
    this.#add({ shown: 1, shownTokens: tokens });
  }

  generated(tokens: number): void {
    this.#add({ generated: tokens });
  }

  accepted(characters: number, whole: boolean): void {
    this.#add({ ...(whole ? { accepted: 1 } : { partly: 1 }), acceptedCharacters: characters });
  }

  retained(characters: number, of: number): void {
    this.#add({ retained: characters, measured: of });
  }

  /** Of these counts, after `earlier` ones. */
  summary(earlier: StatisticsCounts | null = null): StatisticsSummary {
    return summaryOf(earlier === null ? this.#counts : addCounts(earlier, this.#counts));
  }

  /** The counts so far; counting begins anew. */
  take(): StatisticsCounts {
    const counts = this.#counts;
    this.#counts = noCounts(this.#now());
    return counts;
  }

  #add(more: Partial<Omit<StatisticsCounts, "since" | "reasons" | "shownTimes" | "typedTimes">>): void {
    for (const [name, number] of Object.entries(more)) this.#counts[name as keyof typeof more] += number;
    this.#changed();
  }
}

function summaryOf(counts: StatisticsCounts): StatisticsSummary {
  return {
    since: counts.since,
    requests: counts.requests,
    shown: counts.shown,
    accepted: counts.accepted,
    acceptedPartly: counts.partly,
    acceptedCharacters: counts.acceptedCharacters,
    measuredCharacters: counts.measured,
    retainedCharacters: counts.retained,
    generatedTokens: counts.generated,
    wastedTokens: Math.max(0, counts.generated - counts.shownTokens),
    shownLatency: percentiles(counts.shownTimes),
    typedLatency: percentiles(counts.typedTimes),
    reasons: (Object.entries(counts.reasons) as [Reason, number][]).sort(([, a], [, b]) => b - a),
  };
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
