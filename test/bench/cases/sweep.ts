import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { JsRunner } from "../../../kernel/experiment/js/js-runner.ts";
import { NotebookSession } from "../../../kernel/session/notebook-session.ts";
import { RuntimeAccess } from "../../../kernel/session/runtime-access.ts";
import type { RuntimeClient } from "../../../runtime/client/runtime-client.ts";
import { RecordingContext } from "../../helpers/recording-context.ts";
import { interleave, ratioRow, type Bench } from "../bench.ts";
import { longPrompt } from "../prompts.ts";
import { startRuntimeUnderTest } from "../runtime-under-test.ts";

const MODEL = "smollm2-135m";
const RUNS = 100;
const QUICK_RUNS = 20;
const GENERATED_TOKENS = 24;
const PROMPT_TOKENS = 48;
const SEED = 100;
const GOAL = { atMost: 1.02 };

/**
 * What the experiment around a request costs: a cell of 100 answers with its plan, progress, results file, statistics, table
 * and chart, beside a loop of the same requests through the bare client.
 */
export const sweepBench: Bench = {
  name: "sweep",
  async run({ quick, log }) {
    const [rounds, runs] = quick ? [1, QUICK_RUNS] : [5, RUNS];
    const runtime = await startRuntimeUnderTest(MODEL, { RETORT_THREADS: "2", RETORT_CONTEXT: "1024", RETORT_SLOTS: "1" }, "int8");
    const folder = mkdtempSync(join(tmpdir(), "retort-bench-sweep-"));
    const prompt = longPrompt(PROMPT_TOKENS, 1);
    const js = new JsRunner({ folder });
    const session = new NotebookSession({ access: new RuntimeAccess(async () => runtime.client), js, version: "0", model: MODEL, folders: { notebook: folder, state: join(folder, "state") } });
    let cells = 0;
    try {
      const file = (cell: number): string => `round-${cell}.jsonl`;
      const pairs = await interleave(rounds, () => timed(() => sweep(session, prompt, runs, file(++cells))), () => timed(() => bare(runtime.client, prompt, runs)));
      for (const { a, b } of pairs) log(`cell ${a.toFixed(2)} s, bare client ${b.toFixed(2)} s`);
      // The first cells may have been for warming up.
      const inRequests = pairs.map((_, index) => secondsInRequests(join(folder, file(cells - rounds + index + 1))));
      return [
        ratioRow(`a cell of ${runs} answers / the same requests alone`, "s", pairs.map(({ a }) => a), pairs.map(({ b }) => b), GOAL),
        ratioRow("the same cell / the time in its own requests", "s", pairs.map(({ a }) => a), inRequests, GOAL),
      ];
    } finally {
      await js.dispose();
      await runtime.dispose();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

async function sweep(session: NotebookSession, prompt: string, runs: number, file: string): Promise<void> {
  const keys = [`runs: ${runs}`, "warmup: 0", `seed: ${SEED}`, "precision: int8", "temperature: 0.7", `max_tokens: ${GENERATED_TOKENS}`, `save: ${file}`];
  const outcome = await session.execute(`---\n${keys.join("\n")}\n---\nuser:\n${prompt}`, new RecordingContext());
  if (outcome.status === "error") throw new Error(outcome.evalue);
}

async function bare(client: RuntimeClient, prompt: string, runs: number): Promise<void> {
  for (let run = 0; run < runs; run++) {
    await client.chat({
      model: MODEL, precision: "int8", messages: [{ role: "user", content: prompt }], seed: SEED + run, temperature: 0.7, max_tokens: GENERATED_TOKENS, cache_prompt: false,
    }, { onDelta: () => undefined, priority: "notebook" });
  }
}

/** What the lines of a file of results tell. Where the machine's speed changes from minute to minute, this still compares like with like. */
function secondsInRequests(path: string): number {
  const lines = readFileSync(path, "utf8").trimEnd().split("\n").map((line) => JSON.parse(line) as { e2e_ms: number });
  return lines.reduce((sum, { e2e_ms: ms }) => sum + ms, 0) / 1000;
}

/** Seconds. */
async function timed(work: () => Promise<void>): Promise<number> {
  const begun = performance.now();
  await work();
  return (performance.now() - begun) / 1000;
}
