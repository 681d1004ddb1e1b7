import type { LoadSettings, MemoryPlanner, ModelFacts, ModelFiles, PromptRenderer } from "../../../runtime/inference/ports.ts";
import { RetortError } from "../../../runtime/errors.ts";
import type { ModelEntry, Precision, StoredFile, UnfinishedFile } from "../../../runtime/models/model.ts";
import { type RunningRuntime, type RuntimeOptions, startRuntime } from "../../../runtime/serve.ts";
import { FakeEngine } from "../../helpers/fake-engine.ts";

export const CHAT_MODEL: ModelEntry = {
  id: "chatty", name: "Chatty", description: "Chats.", licence: "MIT", parameters: 1e6, context: 2048,
  capabilities: ["chat"], profile: "plain-chat", aliases: ["c"],
  sources: [{ uri: "hf:a/b/c-f16.gguf", precision: "fp16", quant: "F16", bytes: 2000 }],
};
export const REASONING_MODEL: ModelEntry = { ...CHAT_MODEL, id: "thinker", name: "Thinker", capabilities: ["chat", "reasoning"], profile: "deepseek-r1", aliases: [] };
export const FIM_MODEL: ModelEntry = { ...CHAT_MODEL, id: "coder", name: "Coder", capabilities: ["chat", "fim"], profile: "qwen-coder", aliases: [] };
export const EMBEDDING_MODEL: ModelEntry = { ...CHAT_MODEL, id: "embedder", name: "Embedder", capabilities: ["embeddings"], profile: "embedding", aliases: [] };

/** A store whose files exist only as records: both precisions of every model, unless told otherwise. */
export class FakeFiles implements ModelFiles {
  readonly models = [CHAT_MODEL, REASONING_MODEL, FIM_MODEL, EMBEDDING_MODEL];
  readonly stored: StoredFile[] = this.models.flatMap(({ id }) => [fakeFile(id, "fp16"), fakeFile(id, "int8")]);
  readonly pulled: string[] = [];
  readonly parts: UnfinishedFile[] = [];

  entries(): readonly ModelEntry[] {
    return this.models;
  }

  find(name: string): ModelEntry | undefined {
    if (name.startsWith("file:")) return { ...CHAT_MODEL, id: name, aliases: [], sources: [] };
    return this.models.find(({ id, aliases }) => id === name || aliases.includes(name));
  }

  /** What a file outside the catalogue says of itself when it is opened. */
  readonly facts = new Map<string, Partial<ModelEntry>>();

  described(name: string): Promise<ModelEntry | undefined> {
    const entry = this.find(name);
    return Promise.resolve(entry && { ...entry, ...this.facts.get(entry.id) });
  }

  installed(): Promise<StoredFile[]> {
    return Promise.resolve(this.stored);
  }

  file(modelId: string, precision: Precision): Promise<StoredFile | undefined> {
    return Promise.resolve(this.stored.find((file) => file.modelId === modelId && file.precision === precision));
  }

  async ensure(modelId: string, precision: Precision): Promise<StoredFile> {
    const file = await this.file(modelId, precision);
    if (file !== undefined) return file;
    throw new RetortError({ code: "model_not_installed", message: `${modelId} is not here.`, hint: `retort pull ${modelId}`, status: 404 });
  }

  pull(modelId: string, options: { precision?: Precision; offline?: boolean }): Promise<StoredFile> {
    if (options.offline === true) return Promise.reject(new RetortError({ code: "offline", message: "No network.", status: 503 }));
    this.pulled.push(modelId);
    const file = fakeFile(modelId, options.precision ?? "fp16");
    this.stored.push(file, fakeFile(modelId, "int8"));
    return Promise.resolve(file);
  }

  unfinished(): Promise<UnfinishedFile[]> {
    return Promise.resolve(this.parts);
  }

  owns({ origin }: StoredFile): boolean {
    return origin === "test";
  }

  remove(modelId: string, precision?: Precision): Promise<StoredFile[]> {
    const gone = this.stored.filter((file) => this.owns(file) && file.modelId === modelId && (precision === undefined || file.precision === precision));
    this.stored.splice(0, this.stored.length, ...this.stored.filter((file) => !gone.includes(file)));
    return Promise.resolve(gone);
  }
}

export function fakeFile(modelId: string, precision: Precision): StoredFile {
  const quant = precision === "fp16" ? "F16" : "Q8_0";
  return { modelId, precision, quant, path: `/models/${modelId}-${quant}.gguf`, bytes: 1000, sha256: `${modelId}-${precision}`, origin: "test" };
}

/** Every model needs `bytesEach`. */
export class FakePlanner implements MemoryPlanner {
  total = 1e9;
  bytesEach = 1;

  budget(): Promise<number> {
    return Promise.resolve(this.total);
  }

  freeBytes: number | null = 1e9;

  free(): Promise<number | null> {
    return Promise.resolve(this.freeBytes);
  }

  contextNeed(): Promise<number> {
    return Promise.resolve(this.bytesEach);
  }

  need(_file: StoredFile, _settings: LoadSettings, budget: number): Promise<{ total: number; nearestFit: string | null }> {
    return Promise.resolve({ total: this.bytesEach, nearestFit: this.bytesEach > budget ? "This fits: --context 512 --slots 1 (0.50 GB)." : null });
  }
}

/** `role: content` lines as text; a think block is opened where that is asked for, and a last message stays open where it is continued. */
export const fakeRenderer: PromptRenderer = {
  render: ({ messages, openThinking, continueFinal }) => {
    const opens = openThinking === true && continueFinal !== true;
    const text = `${messages.map(({ role, content }) => `${role}: ${content}`).join("\n")}${continueFinal === true ? "" : `\nassistant:${opens ? " <think>\n" : ""}`}`;
    return Promise.resolve({ parts: [{ text, special: true }], text, thinkingOpened: opens, layout: "plain", stop: [] });
  },
};

export function fakeFacts(path: string): Promise<ModelFacts> {
  return Promise.resolve({ chatTemplate: null, bosText: "", eosText: "<|im_end|>", controlTokens: [], embedding: path.includes("embedder") });
}

export interface FakeRuntime {
  runtime: RunningRuntime;
  engine: FakeEngine;
  files: FakeFiles;
  planner: FakePlanner;
  logged: string[];
  /** A request with the right key. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>;
}

/** A runtime on a loopback port with a fake engine and nothing on disk. */
export async function startFakeRuntime(options: RuntimeOptions = {}, engine = new FakeEngine()): Promise<FakeRuntime> {
  const files = new FakeFiles();
  const planner = new FakePlanner();
  const logged: string[] = [];
  const runtime = await startRuntime({
    drainMs: 50,
    log: (line) => logged.push(line),
    ...options,
    settings: { contextSize: 256, slots: 2, threads: 1, idleExitMs: null, ...options.settings },
    parts: { engine, files, planner, renderer: fakeRenderer, readFacts: fakeFacts, ...options.parts },
  });
  const call: FakeRuntime["call"] = (method, path, body, headers = {}) => fetch(runtime.url + path, {
    method,
    headers: { authorization: `Bearer ${runtime.token ?? "none"}`, ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
    ...(body === undefined ? {} : { body: typeof body === "string" || body instanceof Uint8Array ? body : JSON.stringify(body) }),
  });
  return { runtime, engine, files, planner, logged, call };
}

/** The events of a stream: parsed JSON, or the raw text of `[DONE]`. */
export async function events(response: Response): Promise<unknown[]> {
  const text = await response.text();
  return text.split("\n\n").filter((event) => event.startsWith("data: ")).map((event) => {
    const data = event.slice("data: ".length);
    return data === "[DONE]" ? data : JSON.parse(data) as unknown;
  });
}
