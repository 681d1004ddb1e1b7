import type { Corner, Plan, PlannedRun } from "./plan.ts";
import type { RunRecord } from "./result.ts";

/** How far one corner is. Means are running ones, without intervals: those come at the end. */
export interface CornerTally {
  corner: Corner;
  planned: number;
  done: number;
  failed: number;
  checked: number;
  passed: number;
  /** Means over the answers so far; null before the first. */
  ttft_ms: number | null;
  decode_tok_s: number | null;
}

/** Counts runs as they end, at a cost that does not grow with their number. */
export class RunTally {
  readonly corners: CornerTally[];
  readonly #counts: Array<{ ttft_ms: number; decode_tok_s: number }>;

  constructor({ corners, runs }: Plan) {
    this.corners = corners.map((corner) => ({ corner, planned: 0, done: 0, failed: 0, checked: 0, passed: 0, ttft_ms: null, decode_tok_s: null }));
    this.#counts = corners.map(() => ({ ttft_ms: 0, decode_tok_s: 0 }));
    for (const { kind, corner } of runs) if (kind === "measured") this.#of(corner).planned++;
  }

  add({ corner }: PlannedRun, record: RunRecord): void {
    const tally = this.#of(corner);
    tally.done++;
    if (record.status === "failed") tally.failed++;
    if (record.passed !== null) tally.checked++;
    if (record.passed === true) tally.passed++;
    if (record.reply === null || record.source === "cache") return;
    this.#average(corner, "ttft_ms", record.reply.timings.ttft_ms);
    this.#average(corner, "decode_tok_s", record.reply.timings.decode_tok_s);
  }

  #average(corner: number, metric: "ttft_ms" | "decode_tok_s", value: number | null): void {
    const counts = this.#counts[corner];
    if (value === null || counts === undefined) return;
    const n = ++counts[metric];
    const before = this.#of(corner)[metric] ?? 0;
    this.#of(corner)[metric] = before + (value - before) / n;
  }

  #of(corner: number): CornerTally {
    return this.corners[corner] as CornerTally;
  }
}
