import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { packageRoot } from "../../../runtime/entry.ts";

export interface BareResult {
  promptTokens: number;
  tokens: number;
  ttftMs: number;
  decodeTokS: number;
}

/** A bare evaluate loop over one model file. */
export interface BareLoop {
  generate(text: string, maxTokens: number): Promise<BareResult>;
  dispose(): void;
}

/** Starts the peer with the same settings as our engine: threads, thread pool, context. */
export async function startBareLoop(path: string, options: { threads: number; contextSize: number; gpu: boolean }): Promise<BareLoop> {
  const file = join(packageRoot(), "test", "bench", "peers", "bare-loop-process.mjs");
  const child = fork(file, [path, String(options.threads), String(options.contextSize), options.gpu ? "auto" : "cpu"], {
    execArgv: [],
    env: { ...process.env, UV_THREADPOOL_SIZE: "1" },
  });
  await once(child, "message");
  return {
    async generate(text, maxTokens) {
      child.send({ text, maxTokens });
      const [result] = (await once(child, "message")) as [BareResult];
      return result;
    },
    dispose() {
      child.disconnect();
    },
  };
}
