import { setTimeout as sleep } from "node:timers/promises";

import type { ChatRequest, RuntimeStatus } from "../../runtime/api/types.ts";
import { RuntimeClient, type ChatCallOptions } from "../../runtime/client/runtime-client.ts";
import type { ChatReply } from "../../runtime/client/replies.ts";
import { EngineSupervisor } from "../../runtime/engine/supervisor.ts";
import { type RunningRuntime, type RuntimeOptions, startRuntime } from "../../runtime/serve.ts";
import { smollm2, testEnv } from "./models.ts";

export const SMOLLM2 = "smollm2-135m";
const POLL_MS = 20;

/** The whole runtime with SmolLM2 in both precisions: real store, real engine process on the CPU, real HTTP. */
export class RealRuntime {
  readonly engine: EngineSupervisor;
  readonly client: RuntimeClient;
  readonly #runtime: RunningRuntime;

  constructor(engine: EngineSupervisor, runtime: RunningRuntime) {
    this.engine = engine;
    this.#runtime = runtime;
    this.client = new RuntimeClient({ local: true, endpoint: { url: runtime.url, token: runtime.token } });
  }

  /** `aliases`: names of further models, such as `file:/absolute.gguf`. `more`: options beside the usual. */
  static async start(aliases: Readonly<Record<string, string>> = {}, { settings, ...more }: RuntimeOptions = {}): Promise<RealRuntime> {
    await smollm2("fp16");
    await smollm2("int8");
    const engine = new EngineSupervisor();
    const runtime = await startRuntime({
      env: testEnv(),
      aliases,
      settings: { gpu: "cpu", threads: 1, contextSize: 1024, slots: 2, idleExitMs: null, offline: true, ...settings },
      parts: { engine },
      ...more,
    });
    return new RealRuntime(engine, runtime);
  }

  /** Address without `/v1`. */
  get url(): string {
    return this.#runtime.url;
  }

  /** The key that every request needs. */
  get token(): string | null {
    return this.#runtime.token;
  }

  /** One user's message at temperature 0. */
  ask(content: string, over: Partial<ChatRequest> = {}, options: ChatCallOptions = {}): Promise<ChatReply> {
    return this.client.chat({ model: SMOLLM2, messages: [{ role: "user", content }], temperature: 0, max_tokens: 12, ...over }, options);
  }

  /** The first status for which `condition` holds. Throws after `withinMs`. */
  async until(condition: (status: RuntimeStatus) => boolean, withinMs: number): Promise<RuntimeStatus> {
    const deadline = performance.now() + withinMs;
    for (;;) {
      const status = await this.client.status();
      if (condition(status)) return status;
      if (performance.now() > deadline) throw new Error(`Not within ${withinMs} ms: ${JSON.stringify(status)}`);
      await sleep(POLL_MS);
    }
  }

  async dispose(): Promise<void> {
    await this.client.dispose();
    await this.#runtime.dispose();
  }
}
