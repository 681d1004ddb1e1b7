import type { GenerateRequest, GenerateResult, LoadedModel, LoadRequest, PromptPart, Sampling, TokenEvent } from "../../runtime/engine/engine.ts";
import { EngineSupervisor, type SupervisorOptions } from "../../runtime/engine/supervisor.ts";
import type { Precision } from "../../runtime/models/model.ts";
import { smollm2 } from "./models.ts";

export const NEVER = new AbortController().signal;

export const GREEDY: Sampling = {
  temperature: 0,
  topK: 40,
  topP: 1,
  minP: 0,
  seed: 1,
  repeatPenalty: 1,
  frequencyPenalty: 0,
  presencePenalty: 0,
  logitBias: [],
};

export interface Run extends GenerateResult {
  events: TokenEvent[];
  text: string;
}

/** SmolLM2 in a real engine process on the CPU. Handles are the precisions: `fp16`, `int8`, `q4`. */
export class RealEngine {
  readonly engine: EngineSupervisor;

  constructor(options: SupervisorOptions = {}) {
    this.engine = new EngineSupervisor(options);
  }

  async load(precision: Precision, more: Partial<LoadRequest> = {}): Promise<LoadedModel> {
    const request: LoadRequest = {
      handle: precision,
      path: await smollm2(precision),
      gpu: "cpu",
      gpuLayers: "auto",
      // Two threads wait for each other in busy loops: beside other work that costs a factor of twenty.
      threads: 1,
      contextSize: 1024,
      sequences: 2,
      prefillChunk: 64,
      kvCacheType: "f16",
      embedding: false,
      ...more,
    };
    return await this.engine.load(request, () => undefined, NEVER);
  }

  /** A user's message in SmolLM2's chat form, ready for the answer. */
  async chat(handle: string, message: string): Promise<Uint32Array> {
    const parts: PromptPart[] = [
      { text: "<|im_start|>user\n", special: true },
      { text: message, special: false },
      { text: "<|im_end|>\n<|im_start|>assistant\n", special: true },
    ];
    return await this.engine.tokenize(handle, parts);
  }

  async tokens(handle: string, text: string): Promise<Uint32Array> {
    return await this.engine.tokenize(handle, [{ text, special: false }]);
  }

  async run(handle: string, tokens: Uint32Array, more: Partial<GenerateRequest> = {}, signal = NEVER, onToken: (event: TokenEvent) => void = () => undefined): Promise<Run> {
    const events: TokenEvent[] = [];
    const request: GenerateRequest = { handle, slot: 0, tokens, maxTokens: 16, sampling: GREEDY, stop: [], priority: 3, ...more };
    const result = await this.engine.generate(request, (batch) => {
      for (const event of batch) {
        events.push(event);
        onToken(event);
      }
    }, signal);
    return { ...result, events, text: events.map((event) => event.text).join("") + result.tail };
  }

  async dispose(): Promise<void> {
    await this.engine.dispose();
  }
}

/** A prompt of `length` tokens that shares no beginning with any other `seed`. */
export function noisePrompt(length: number, seed: number): Uint32Array {
  return Uint32Array.from({ length }, (_, i) => 1000 + ((i * 7919 + seed * 104_729) % 40_000));
}
