import { isCancelled } from "../../runtime/errors.ts";
import type { Clock } from "./clock.ts";
import { Statistics, type StatisticsSummary } from "./statistics.ts";
import { addCounts, noCounts, readCounts, type StatisticsCounts } from "./statistics-counts.ts";

/** Counts that are lost when the editor is killed are at most so old. In ms. */
const SAVE_AFTER_MS = 5_000;

/** Where the counts outlive the window: on this machine only. */
export interface StatisticsStore {
  get(): unknown;
  set(value: StatisticsCounts): PromiseLike<void>;
}

/**
 * The statistics of all sessions of the editor. Each window adds what it has counted to what is kept, so that several
 * windows do not overwrite each other's counts.
 */
export class StatisticsKeeper {
  readonly statistics: Statistics;
  readonly #store: StatisticsStore;
  readonly #clock: Clock;
  readonly #today: () => number;
  readonly #onFailure: (error: unknown) => void;
  readonly #end = new AbortController();
  #waiting = false;
  #written: StatisticsCounts | null = null;

  /** `today`: ms of the calendar. */
  constructor(store: StatisticsStore, clock: Clock, onFailure: (error: unknown) => void, today: () => number = Date.now) {
    this.#store = store;
    this.#clock = clock;
    this.#today = today;
    this.#onFailure = onFailure;
    this.statistics = new Statistics(today, () => this.#soon());
  }

  summary(): StatisticsSummary {
    return this.statistics.summary(this.#kept());
  }

  /** Forgets everything that was counted, and counts from now on. */
  async reset(): Promise<void> {
    this.statistics.take();
    await this.#write(noCounts(this.#today()));
  }

  async save(): Promise<void> {
    const counted = this.statistics.take();
    const kept = this.#kept();
    await this.#write(kept === null ? counted : addCounts(kept, counted));
  }

  /** Saves once more, as far as the editor still lets us. */
  dispose(): void {
    if (!this.#waiting) return;
    this.#end.abort();
    void this.save().catch(this.#onFailure);
  }

  async #write(counts: StatisticsCounts): Promise<void> {
    this.#written = { ...counts, saves: (this.#kept()?.saves ?? 0) + 1 };
    await this.#store.set(this.#written);
  }

  /** The store may tell for a moment what was there before the last write: its changes go through another process. */
  #kept(): StatisticsCounts | null {
    const stored = readCounts(this.#store.get());
    return this.#written !== null && (stored?.saves ?? -1) < this.#written.saves ? this.#written : stored;
  }

  #soon(): void {
    if (this.#waiting) return;
    this.#waiting = true;
    void this.#clock.sleep(SAVE_AFTER_MS, this.#end.signal).then(() => {
      this.#waiting = false;
      return this.save();
    }).catch((error: unknown) => {
      if (!isCancelled(error)) this.#onFailure(error);
    });
  }
}
