/** Between the beginnings of two looks, in ms: ten a second see a peak that lasts as long as a chunk of a prompt. */
const EVERY_MS = 90;

/** How memory is looked at; `M` is what one look gives, in bytes. */
export interface MemoryLooks<M> {
  /** Null where the back end does not tell. */
  read(signal?: AbortSignal): Promise<M | null>;
  larger(one: M, other: M): M;
  /** Monotonic ms. */
  now(): number;
  /** Ends early, and well, with the signal. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

/** Memory before, during and after some work. Null: the back end does not tell. */
export interface MemorySpan<M> {
  before: M | null;
  peak: M | null;
  after: M | null;
}

/** Runs `work` and looks at the memory before, during and after it. Rejects as `work` does, and where the first or last look fails. */
export async function withMemory<M, T>(looks: MemoryLooks<M>, work: () => Promise<T>): Promise<{ value: T; memory: MemorySpan<M> }> {
  const before = await looks.read();
  const ended = new AbortController();
  const sampling = before === null ? null : peakUntil(ended.signal, before, looks);
  let value: T;
  try {
    value = await work();
  } finally {
    ended.abort();
    await sampling;
  }
  const [peak, after] = [await sampling, await looks.read()];
  return { value, memory: { before, peak: peak === null || after === null ? peak : looks.larger(peak, after), after } };
}

async function peakUntil<M>(signal: AbortSignal, first: M, { read, larger, now, wait }: MemoryLooks<M>): Promise<M> {
  let peak = first;
  while (!signal.aborted) {
    const begun = now();
    try {
      const seen = await read(signal);
      if (seen !== null) peak = larger(peak, seen);
    } catch {
      // A look that fails, or is stopped, ends the looking and not the work; the look after it says what is wrong.
      return peak;
    }
    await wait(Math.max(0, EVERY_MS - (now() - begun)), signal);
  }
  return peak;
}
