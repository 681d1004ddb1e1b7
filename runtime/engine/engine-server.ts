import { asRetortError } from "../errors.ts";
import type { LocalEngine } from "./local-engine.ts";
import type { GenerateRequest, GenerateResult, TokenEvent } from "./engine.ts";
import type { ChildMessage, EngineCall, EngineCalls, EngineOperation, Job, ParentMessage } from "./protocol.ts";
import { TokenBatch } from "./token-batch.ts";

/** From this priority on somebody waits for each token: text that appears while a person types. */
const INTERACTIVE_PRIORITY = 5;

/** The child's side of the protocol: runs calls on the engine and sends what they tell. */
export class EngineServer {
  readonly #engine: LocalEngine;
  readonly #send: (message: ChildMessage) => void;
  readonly #running = new Map<number, AbortController>();

  constructor(engine: LocalEngine, send: (message: ChildMessage) => void) {
    this.#engine = engine;
    this.#send = send;
  }

  async receive(message: ParentMessage): Promise<void> {
    if (message.kind === "cancel") {
      this.#running.get(message.id)?.abort();
      return;
    }
    const { id, call, cancelled } = message;
    const controller = new AbortController();
    if (cancelled) controller.abort();
    this.#running.set(id, controller);
    try {
      const value = await this.#run(id, call, controller.signal);
      this.#send({ kind: "result", id, value });
    } catch (error) {
      this.#send({ kind: "error", id, error: asRetortError(error).fields() });
    } finally {
      this.#running.delete(id);
    }
  }

  async #run(id: number, call: EngineCall, signal: AbortSignal): Promise<EngineCalls[EngineOperation]["result"]> {
    const engine = this.#engine;
    const job: Job = { signal, progress: (share) => this.#send({ kind: "progress", id, share: share ?? null }) };
    switch (call.op) {
      case "devices": return engine.devices();
      case "load": return engine.load(call.request, job);
      case "unload": return engine.unload(call.handle).then(() => null);
      case "tokenize": return engine.tokenize(call.handle, call.parts);
      case "detokenize": return engine.detokenize(call.handle, call.tokens);
      case "generate": return this.#generate(id, call.request, job);
      case "embed": return engine.embed(call.handle, call.tokens, job, call.lastState);
      case "score": return engine.score(call.handle, call.tokens, job);
      case "divergence": return engine.divergence(call.handleA, call.handleB, call.tokens, job);
      case "saveSlot": return engine.saveSlot(call.handle, call.slot, call.tokens, call.path, job);
      case "restoreSlot": return engine.restoreSlot(call.handle, call.slot, call.path, job);
      case "memory": return engine.memory();
    }
  }

  async #generate(id: number, request: GenerateRequest, job: Job): Promise<GenerateResult> {
    const send = (events: TokenEvent[]): void => this.#send({ kind: "tokens", id, events });
    const batch = request.priority >= INTERACTIVE_PRIORITY ? new TokenBatch(send, 0) : new TokenBatch(send);
    try {
      return await this.#engine.generate(request, (event) => batch.push(event), job);
    } finally {
      batch.end();
    }
  }
}
