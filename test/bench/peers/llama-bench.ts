import { execFileSync } from "node:child_process";
import { buildLlamaProgram } from "./llama-program.ts";

/** One line of llama-bench's JSON output that we use. */
interface LlamaBenchEntry {
  n_prompt: number;
  n_gen: number;
  avg_ts: number;
  samples_ts: number[];
}

export interface LlamaBenchResult {
  /** tok/s of each repetition. */
  prefill: number[];
  decode: number[];
}

/** Builds llama-bench once. Resolves to its path. */
export function buildLlamaBench(cuda: boolean, log: (text: string) => void): string {
  return buildLlamaProgram({ name: "llama-bench", options: ["-DLLAMA_BUILD_SERVER=OFF"] }, cuda, log);
}

/** Prefill and decode of one file, `repetitions` times each, flash attention on as in our engine. */
export function runLlamaBench(program: string, model: string, options: { threads: number; prompt: number; generate: number; repetitions: number; gpuLayers: number }): LlamaBenchResult {
  const output = execFileSync(program, [
    "-m", model, "-t", String(options.threads), "-p", String(options.prompt), "-n", String(options.generate), "-r", String(options.repetitions),
    "-ngl", String(options.gpuLayers), "-fa", "1", "-o", "json",
  ], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"], maxBuffer: 64 * 2 ** 20 });
  const entries = JSON.parse(output) as LlamaBenchEntry[];
  const samples = (wanted: (entry: LlamaBenchEntry) => boolean): number[] => entries.filter(wanted).flatMap((entry) => entry.samples_ts);
  return { prefill: samples((entry) => entry.n_gen === 0), decode: samples((entry) => entry.n_prompt === 0) };
}
