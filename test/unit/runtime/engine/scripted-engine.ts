import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import type { GenerateRequest, LoadRequest } from "../../../../runtime/engine/engine.ts";

/** First prompt tokens that make the scripted child misbehave. */
export const BEHAVIOUR = { fine: 1, dieBeforeFirstToken: 101, dieAfterThree: 102, stallAfterThree: 103, exit: 104 } as const;

export const SCRIPTED_CHILD = fileURLToPath(new URL("./scripted-child.mjs", import.meta.url));

export interface Script {
  /** The back end that `auto` finds. */
  gpu?: "cuda" | "cpu";
  load?: "ok" | "die" | "die on gpu" | "no memory" | "no memory on gpu" | "slow";
}

/** Lets a test say what the scripted child does from now on. */
export class ScriptFile {
  readonly #folder = mkdtempSync(join(tmpdir(), "retort-script-"));

  constructor(script: Script = {}) {
    process.env["RETORT_TEST_SCRIPT"] = join(this.#folder, "script.json");
    this.set(script);
  }

  set(script: Script): void {
    writeFileSync(join(this.#folder, "script.json"), JSON.stringify(script));
  }

  dispose(): void {
    delete process.env["RETORT_TEST_SCRIPT"];
    rmSync(this.#folder, { recursive: true });
  }
}

export function loadRequest(more: Partial<LoadRequest> = {}): LoadRequest {
  return {
    handle: "m@int8",
    path: "/nowhere.gguf",
    gpu: "auto",
    gpuLayers: "auto",
    threads: 2,
    contextSize: 512,
    sequences: 2,
    prefillChunk: 64,
    kvCacheType: "f16",
    embedding: false,
    ...more,
  };
}

export function generateRequest(behaviour: number, more: Partial<GenerateRequest> = {}): GenerateRequest {
  return {
    handle: "m@int8",
    slot: 0,
    tokens: new Uint32Array([behaviour, 5, 6]),
    maxTokens: 5,
    sampling: { temperature: 0, topK: 40, topP: 1, minP: 0, seed: 1, repeatPenalty: 1, frequencyPenalty: 0, presencePenalty: 0, logitBias: [] },
    stop: [],
    priority: 3,
    ...more,
  };
}
