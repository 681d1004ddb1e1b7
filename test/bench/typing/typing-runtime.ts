import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CompletionEngine } from "../../../extension/completion/completion-engine.ts";
import { RuntimeEngine } from "../../../extension/completion/runtime-engine.ts";
import { addOwnModel } from "../../../runtime/client/own-models.ts";
import { RuntimeClient } from "../../../runtime/client/runtime-client.ts";
import type { GpuChoice } from "../../../runtime/engine/engine.ts";
import { EngineSupervisor } from "../../../runtime/engine/supervisor.ts";
import { packageRoot } from "../../../runtime/entry.ts";
import { retortPaths } from "../../../runtime/paths.ts";
import { startRuntime } from "../../../runtime/serve.ts";
import { nowMs } from "../../../runtime/timing.ts";
import { r1Header, testHome } from "../../helpers/models.ts";
import { makeSyntheticModel, type ModelShape } from "../synthetic-model.ts";
import { recordGenerations, type GenerationRecord } from "./recording-engine.ts";

const COMPLETION_PRIORITY = 5;

/** Small, with the real tokenizer: what it counts is real, what it writes means nothing. */
const FIM_SHAPE: ModelShape = {
  name: "Tiny Qwen Coder", sizeLabel: "20M", layers: 2, hidden: 128, feedForward: 256, heads: 2, kvHeads: 1, chatTemplate: false,
};

/** A runtime in this process, so that what the engine does for each key can be seen, with the editor's adapter before it. */
export interface TypingRuntime {
  model: string;
  client: RuntimeClient;
  engine: CompletionEngine;
  records: GenerationRecord[];
  /** The prompts of generations as text. */
  prompts(records: readonly GenerationRecord[]): Promise<string[]>;
  dispose(): Promise<void>;
}

/** `model`: a name of the catalogue, or a file. Its folder of models is that of all tests. */
export async function startTypingRuntime(model: { name: string } | { file: string }, threads: number, gpu: GpuChoice = "cpu"): Promise<TypingRuntime> {
  const home = mkdtempSync(join(tmpdir(), "retort-typing-"));
  const env = { ...process.env, RETORT_HOME: home, RETORT_MODELS: join(testHome(), "models") };
  const name = "name" in model ? model.name : await addOwnModel(retortPaths(env), model.file);
  const records: GenerationRecord[] = [];
  const engine = new EngineSupervisor();
  const runtime = await startRuntime({
    env, discoverable: true,
    settings: { gpu, threads, contextSize: 4096, slots: 2, idleExitMs: null, offline: true },
    parts: { engine: recordGenerations(engine, records) },
  });
  const client = new RuntimeClient({ local: true, endpoint: { url: runtime.url, token: runtime.token } });
  await client.load(name);
  const adapter = new RuntimeEngine({ client: () => Promise.resolve(client) }, { model: () => name, precision: () => undefined });
  return {
    model: name,
    client,
    engine: notingAborts(adapter, records),
    records,
    prompts: (wanted) => Promise.all(wanted.map(({ handle, tokens }) => engine.detokenize(handle, tokens))),
    async dispose() {
      await client.dispose();
      await runtime.dispose();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** The small model that can fill in the middle, made once into the cache folder. */
export async function fimModel(log: (text: string) => void): Promise<string> {
  const folder = join(packageRoot(), ".cache", "bench");
  const path = join(folder, "tiny-coder-f16.gguf");
  await mkdir(folder, { recursive: true });
  if (!existsSync(path)) {
    log("making a small model with the real tokenizer (80 MB, once) …");
    await makeSyntheticModel({ header: await r1Header(), out: path, shape: FIM_SHAPE });
  }
  return path;
}

/** Notes when the editor's side gave up what the engine is working on. */
function notingAborts(engine: CompletionEngine, records: readonly GenerationRecord[]): CompletionEngine {
  return {
    mode: () => engine.mode(),
    warm: (request, signal) => engine.warm(request, signal),
    fill(request, onPiece, signal) {
      signal.addEventListener("abort", () => {
        const running = records.find(({ priority, endedAt, abortedAt }) => priority === COMPLETION_PRIORITY && endedAt === null && abortedAt === null);
        if (running !== undefined) running.abortedAt = nowMs();
      }, { once: true });
      return engine.fill(request, onPiece, signal);
    },
  };
}
