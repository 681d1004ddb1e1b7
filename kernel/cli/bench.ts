import { setTimeout as sleep } from "node:timers/promises";
import { RetortError } from "../../runtime/errors.ts";
import { benchTable } from "../display/bench-table.ts";
import { cornerLabel } from "../display/corner-label.ts";
import { namedBench } from "../experiment/bench/bench-result.ts";
import { type BenchSettings, benchSpec } from "../experiment/bench/bench-spec.ts";
import type { BenchObserver } from "../experiment/bench/run-bench.ts";
import type { Corner } from "../experiment/plan.ts";
import { measureBandwidth } from "../session/bench/bandwidth.ts";
import { BenchRunner } from "../session/bench/bench-runner.ts";
import type { ModelAccess } from "../session/model-access.ts";
import { openClient } from "../session/open-client.ts";
import { RuntimeAccess } from "../session/runtime-access.ts";
import { benchSettings } from "./bench-settings.ts";
import { runCommandLine } from "./command.ts";
import type { CommandIo } from "./io.ts";

const HELP = `Usage: retort bench [--model M] [--concurrency N] [--prompt-tokens N] [options]

Measures a model under load, on the runtime of this machine or on the server that RETORT_URL names, and prints a
table. It is the %%bench cell of notebooks; a list such as 1,2,4 measures every value.

  --model M          default: the first that is installed
  --precision P      fp16, int8, q4
  --concurrency N    requests under way at a time; default 1
  --rate R           in place of --concurrency: requests per second, whether or not earlier ones have ended
  --prompt-tokens N  length of every prompt, its chat template included; default 128
  --max-tokens N     tokens that every request generates; default 64
  --runs N           requests of each of the simultaneous ones; default 3
  --requests N       requests of one measurement, in place of --runs
  --duration S       seconds of one measurement, in place of --runs
  --warmup N         requests before each measurement that are not counted; default 1
  --slo LIMITS       limits for the goodput, such as ttft_ms=800,tpot_ms=50
  --seed N           fixes prompts, order and arrivals; default 1
  --json             print every request and figure as JSON
  -h, --help         this text
`;

const text = { type: "string" } as const;
const OPTIONS = {
  model: text, precision: text, concurrency: text, rate: text, "prompt-tokens": text, "max-tokens": text, runs: text, requests: text, duration: text, warmup: text, slo: text, seed: text,
  json: { type: "boolean" },
} as const;

/** At most so often a line of progress, in ms. */
const LINE_EVERY_MS = 2000;

/** `retort bench`. Errors: those of the runtime, and of the first measurement where none succeeded. */
export async function benchCommand(args: string[], io: CommandIo, openAccess = accessOf): Promise<number> {
  return runCommandLine({ help: HELP, options: OPTIONS, words: [0, 0] }, args, io, async ({ values }) => {
    const { json, ...flags } = values;
    const settings = benchSettings(flags);
    const access = openAccess(io);
    try {
      const models = { notebookModel: undefined, environmentModel: io.env.RETORT_MODEL };
      const { result } = await new BenchRunner(access, measureBandwidth).run(benchSpec(settings as BenchSettings), models, io.signal, new ProgressLines(io));
      const [failure] = result.failures;
      if (failure !== undefined && result.windows.length === 0) throw new RetortError(failure.error);
      io.stdout.write(json === true ? `${JSON.stringify(namedBench(result), null, 1)}\n` : `${String(benchTable(result).data["text/plain"])}\n`);
      return result.partial || result.failures.length > 0 ? 1 : 0;
    } finally {
      await access.dispose();
    }
  });
}

function accessOf(io: CommandIo): ModelAccess {
  return new RuntimeAccess(openClient(io.env));
}

/** Now and then a line on stderr. Nobody is asked: whoever types a command wants it done. */
class ProgressLines implements BenchObserver {
  readonly #io: CommandIo;
  #last = "";
  #writing = false;

  constructor(io: CommandIo) {
    this.#io = io;
  }

  onStep(corner: Corner, step: string): void {
    this.#show(`${place(corner)}${step}`);
  }

  onRequests(corner: Corner, done: number, planned: number | null): void {
    this.#show(`${place(corner)}${done}${planned === null ? "" : ` of ${planned}`} requests`);
  }

  async confirm(): Promise<boolean> {
    return true;
  }

  #show(line: string): void {
    this.#last = line;
    if (this.#writing) return;
    this.#writing = true;
    this.#io.stderr.write(`${line}\n`);
    void sleep(LINE_EVERY_MS, undefined, { ref: false }).then(() => {
      this.#writing = false;
      if (this.#last !== line) this.#show(this.#last);
    });
  }
}

function place(corner: Corner): string {
  return Object.keys(corner).length === 0 ? "" : `${cornerLabel(corner)}: `;
}
