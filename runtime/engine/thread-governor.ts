/** Processor time since some fixed moment, in ms. */
export interface CpuTimes {
  /** Monotonic clock. */
  at: number;
  /** What this process used, over all its threads. */
  own: number;
  /** What nobody used, over all cores. */
  idle: number;
}

/** Windows in a row that must have room for one thread more before it is added, or too little before it is taken away. */
const PATIENCE = 2;

/** Where so much of a core is missing, a thread goes after the first window: somebody has come to stay. */
const TAKEN_SHARE = 0.85;

/** The part of a core that must be had for a thread. The rest is what the operating system takes anyway. */
const USABLE_SHARE = 0.6;

/**
 * How many threads an evaluation should use now. ggml's threads wait for each other by spinning, some hundred times for
 * each token. When another program takes one of their cores, every such wait can last until the next turn of the
 * scheduler, and two threads on two half-free cores were measured at 0.4 tok/s where they make 80 on free ones. So there are
 * never more threads than cores to be had: those this process already uses and those that idle.
 */
export class ThreadGovernor {
  #most: number;
  #threads: number;
  #roomyWindows = 0;
  #tightWindows = 0;
  #last: CpuTimes;

  /** `most`: threads on an otherwise idle machine. */
  constructor(most: number, now: CpuTimes) {
    this.#most = Math.max(1, most);
    this.#threads = this.#most;
    this.#last = now;
  }

  get threads(): number {
    return this.#threads;
  }

  get most(): number {
    return this.#most;
  }

  /** A model wants up to `threads`. */
  allow(threads: number): void {
    if (threads <= this.#most) return;
    this.#most = threads;
    this.#threads = threads;
  }

  /** An evaluation begins. What others did in the pause before tells nothing about what they will leave it. */
  restart(now: CpuTimes): void {
    this.#last = now;
  }

  /** Looks at the window that ends now. To be called every quarter of a second or so: shorter windows are the clock's grain. */
  sample(now: CpuTimes): void {
    const last = this.#last;
    this.#last = now;
    const free = (now.own - last.own + now.idle - last.idle) / (now.at - last.at);
    const wanted = Math.min(this.#most, Math.max(1, Math.floor(free + 1 - USABLE_SHARE)));
    this.#roomyWindows = wanted > this.#threads ? this.#roomyWindows + 1 : 0;
    this.#tightWindows = wanted < this.#threads ? this.#tightWindows + 1 : 0;
    const isTaken = free < this.#threads - TAKEN_SHARE;
    if (wanted < this.#threads && (isTaken || this.#tightWindows >= PATIENCE)) this.#threads = wanted;
    if (this.#roomyWindows < PATIENCE) return;
    this.#threads++;
    this.#roomyWindows = 0;
  }
}
