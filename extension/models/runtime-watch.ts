import type { RuntimeStatus } from "../../runtime/api/types.ts";
import type { MemoryReport } from "./engine-types.ts";

/** One look at the runtime. */
export interface Look {
  status: RuntimeStatus;
  /** Null while no model is loaded: to ask would start an engine. */
  memory: MemoryReport | null;
}

export interface Timer {
  set(run: () => void, ms: number): unknown;
  clear(handle: unknown): void;
  /** Monotonic ms. */
  now(): number;
}

const SYSTEM_TIMER: Timer = { set: setTimeout, clear: (handle) => clearTimeout(handle as NodeJS.Timeout), now: () => performance.now() };

const BUSY_MS = 1000;
const IDLE_MS = 3000;
const LONGEST_MS = 30_000;

/** Time until the next look, ms: short while something moves, twice as long each time while nothing does. */
export function lookDelay(look: Look | null, quietLooks: number): number {
  return look !== null && isMoving(look) ? BUSY_MS : Math.min(LONGEST_MS, IDLE_MS * 2 ** quietLooks);
}

/** Looks at the runtime from time to time, only while `active`: not without a connection, nor when nobody sees the window. */
export class RuntimeWatch {
  readonly #look: () => Promise<Look | null>;
  readonly #onLook: (look: Look | null) => void;
  readonly #timer: Timer;
  #active = false;
  #pending: unknown = null;
  #quiet = 0;
  #lookedAt = -Infinity;
  /** A look is planned because of {@link wake}. */
  #woken = false;
  /** Rises with every start and stop, so that a late answer of an earlier time counts for nothing. */
  #era = 0;

  constructor(look: () => Promise<Look | null>, onLook: (look: Look | null) => void, timer: Timer = SYSTEM_TIMER) {
    this.#look = look;
    this.#onLook = onLook;
    this.#timer = timer;
  }

  get active(): boolean {
    return this.#active;
  }

  set active(active: boolean) {
    if (active === this.#active) return;
    this.#active = active;
    this.#restart();
  }

  /** Something has probably changed: look soon. What changes many times a second is looked at once a second. */
  wake(): void {
    if (!this.#active || this.#woken) return;
    const wait = this.#lookedAt + BUSY_MS - this.#timer.now();
    if (wait <= 0) return this.#restart();
    this.#woken = true;
    this.#timer.clear(this.#pending);
    this.#pending = this.#timer.set(() => this.#restart(), wait);
  }

  dispose(): void {
    this.active = false;
  }

  #restart(): void {
    this.#era++;
    this.#quiet = 0;
    this.#woken = false;
    this.#timer.clear(this.#pending);
    if (this.#active) void this.#lookNow(this.#era);
  }

  async #lookNow(era: number): Promise<void> {
    this.#lookedAt = this.#timer.now();
    const look = await this.#look();
    if (era !== this.#era) return;
    this.#onLook(look);
    if (this.#woken) return;
    const delay = lookDelay(look, this.#quiet);
    this.#quiet = look !== null && isMoving(look) ? 0 : this.#quiet + 1;
    this.#pending = this.#timer.set(() => void this.#lookNow(era), delay);
  }
}

function isMoving({ status }: Look): boolean {
  return status.active > 0 || status.queued > 0 || status.loading.length > 0;
}
