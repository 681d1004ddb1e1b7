import fc from "fast-check";

export interface FuzzOptions<T> {
  name: string;
  cases: number;
  seed: number;
  /** Cases under way at once. */
  together: number;
  /** Null: all is well. */
  judge(each: T): Promise<string | null>;
  /** Looked at after every batch; null: all is well. */
  between(): Promise<string | null>;
  /** Told how far it has come. */
  progress?(done: number): void;
}

const BATCH = 500;
const SHRINK_MS = 30_000;
const SHOWN = 4000;

/** Tries `cases` values of `arbitrary`. Rejects with the first that fails, made small, and how to repeat it. */
export async function runCases<T>(arbitrary: fc.Arbitrary<T>, options: FuzzOptions<T>): Promise<void> {
  const { cases, seed, progress } = options;
  for (let done = 0; done < cases; done += BATCH) {
    const batchSeed = (seed + done) | 0;
    const numRuns = Math.min(BATCH, cases - done);
    const failure = await tryAll(fc.sample(arbitrary, { seed: batchSeed, numRuns }), options) ?? await options.between();
    if (failure !== null) throw new Error(await report(arbitrary, batchSeed, numRuns, failure, options));
    progress?.(done + numRuns);
  }
}

async function tryAll<T>(values: readonly T[], { judge, together }: FuzzOptions<T>): Promise<string | null> {
  const queue = values.values();
  let failure: string | null = null;
  await Promise.all(Array.from({ length: together }, async () => {
    for (const value of queue) {
      if (failure !== null) return;
      const why = await judge(value);
      if (why !== null) failure ??= `${why}\nCase: ${shown(value)}`;
    }
  }));
  return failure;
}

/** Goes through the batch again, one case after the other, to find the smallest that fails. */
async function report<T>(arbitrary: fc.Arbitrary<T>, seed: number, numRuns: number, failure: string, { judge, name }: FuzzOptions<T>): Promise<string> {
  const again = await fc.check(fc.asyncProperty(arbitrary, async (value) => {
    const why = await judge(value);
    if (why !== null) throw new Error(why);
  }), { seed, numRuns, interruptAfterTimeLimit: SHRINK_MS });
  const small = again.failed && again.counterexample !== null
    ? `\nSmallest: ${shown(again.counterexample[0])}\n${again.errorInstance instanceof Error ? again.errorInstance.message : ""}`
    : "\nIt did not fail again by itself.";
  return `${name}: ${failure}${small}\nTo repeat it: RETORT_FUZZ_SEED=${seed} RETORT_FUZZ_CASES=${numRuns}`;
}

function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}… (${text.length} characters)` : text;
}
