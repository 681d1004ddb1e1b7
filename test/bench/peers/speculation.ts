import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { packageRoot } from "../../../runtime/entry.ts";

export interface SpeculationResult {
  text: string;
  tokens: number;
  /** Tokens that had been guessed right, and guesses that were wrong. */
  guessed: number;
  refuted: number;
  tokS: number;
}

/** One model, decoded token by token or with guesses from its own prompt. */
export interface SpeculationLoop {
  generate(way: "plain" | "lookup", text: string, maxTokens: number): Promise<SpeculationResult>;
  dispose(): void;
}

/** Starts it with the engine's settings: threads and thread pool. */
export async function startSpeculation(path: string, options: { threads: number; gpu: boolean }): Promise<SpeculationLoop> {
  const file = join(packageRoot(), "test", "bench", "peers", "speculation-process.mjs");
  const child = fork(file, [path, String(options.threads), options.gpu ? "auto" : "cpu"], { execArgv: [], env: { ...process.env, UV_THREADPOOL_SIZE: "1" } });
  await once(child, "message");
  return {
    async generate(way, text, maxTokens) {
      child.send({ way, text, maxTokens });
      const [result] = (await once(child, "message")) as [SpeculationResult];
      return result;
    },
    dispose() {
      child.disconnect();
    },
  };
}
