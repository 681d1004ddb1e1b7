import type { Precision } from "../../../runtime/models/model.ts";
import { type Bench, type BenchOptions, type BenchRow, median, ratioRow } from "../bench.ts";
import { scaleOf } from "../gpu/scale.ts";
import { startSubject, type Subject } from "../gpu/subject.ts";
import { buildLlamaBench, runLlamaBench } from "../peers/llama-bench.ts";
import { longPrompt } from "../prompts.ts";

const PROMPT_TOKENS = 128;
const ROUNDS = { quick: 2, full: 7 };
const GOAL = 0.95;
const ALL_LAYERS = 99;
/** As the engine takes them without a setting, where the CPU computes. */
const THREADS = 2;

/** Our API beside llama.cpp's own llama-bench: the same file on the same back end, in turn. */
export const gpuPeerBench: Bench = {
  name: "gpu-peer",
  group: "gpu",
  async run(options) {
    const program = buildLlamaBench(options.gpu, options.log);
    const subject = await startSubject(options, { slots: 1, contextSize: scaleOf(options).contextSize, threads: THREADS });
    try {
      return [...(await beside(program, subject, "fp16", options)), ...(await beside(program, subject, "int8", options))];
    } finally {
      await subject.dispose();
    }
  },
};

async function beside(program: string, subject: Subject, precision: Precision, options: BenchOptions): Promise<BenchRow[]> {
  const { client, model } = subject;
  const { maxTokens } = scaleOf(options);
  await client.load(model, precision);
  const path = await subject.file(precision);
  const ours: number[] = [];
  const peer: number[] = [];
  for (let round = -1; round < (options.quick ? ROUNDS.quick : ROUNDS.full); round++) {
    const reply = await client.completion({ model, precision, prompt: longPrompt(PROMPT_TOKENS, round), max_tokens: maxTokens, temperature: 0, ignore_eos: true });
    const bench = runLlamaBench(program, path, { threads: THREADS, prompt: PROMPT_TOKENS, generate: maxTokens, repetitions: 1, gpuLayers: options.gpu ? ALL_LAYERS : 0 });
    if (round < 0) continue;
    ours.push(reply.timings?.decode_tok_s ?? Number.NaN);
    peer.push(median(bench.decode));
  }
  return [ratioRow(`${precision}: decode through the API / llama-bench`, "tok/s", ours, peer, { atLeast: GOAL })];
}
