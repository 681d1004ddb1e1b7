import type { ChatRequest, LoadProgress } from "../api/types.ts";
import { asRetortError, isCancelled } from "../errors.ts";
import type { Precision } from "../models/model.ts";
import { chatRequest } from "./chat-request.ts";
import { type Conversation, type ReplyTurn, shownTurns, withReply, withTurn } from "./conversation.ts";
import { LiveMeter } from "./live-meter.ts";
import { addedMeasures, measuresOf } from "./reply-measures.ts";
import type { RuntimeApi } from "./runtime-api.ts";

export interface SessionHost {
  /** The model of the next reply; null: there is none. */
  model(): { id: string; precision: Precision | null; ready: boolean } | null;
  newId(): string;
  /** Unix time in ms. */
  wallClock(): number;
  /** Monotonic ms. */
  now(): number;
  /** The conversation or the running reply has changed. */
  changed(): void;
  /** Keep this conversation. */
  save(conversation: Conversation): void;
  /** The runtime wants a key, or another one. */
  keyRefused(): void;
  /** A reply has ended, or a model was loaded for it. */
  settled(): void;
}

/** A reply that is being written. */
export interface RunningReply {
  id: string;
  meter: LiveMeter;
  /** How far the model is on its way into memory; null when it is there. */
  loading: LoadProgress | null;
  /** When the thinking began, monotonic ms. */
  thinkingSince: number | null;
  abort: AbortController;
}

/** One conversation and what can be done with it: ask, stop, ask again, change a question. One reply at a time. */
export class ChatSession {
  readonly #api: Pick<RuntimeApi, "chat" | "load">;
  readonly #host: SessionHost;
  #conversation: Conversation;
  #running: RunningReply | null = null;

  constructor(api: Pick<RuntimeApi, "chat" | "load">, host: SessionHost, conversation: Conversation) {
    this.#api = api;
    this.#host = host;
    this.#conversation = conversation;
  }

  get conversation(): Conversation {
    return this.#conversation;
  }

  get running(): RunningReply | null {
    return this.#running;
  }

  /** Changes what is no reply: title, settings, which version is shown. */
  update(conversation: Conversation): void {
    this.#conversation = conversation;
    this.#host.save(conversation);
    this.#host.changed();
  }

  /** Asks, after all that is shown. Resolves when the reply has ended. */
  ask(text: string): Promise<void> {
    return this.#askAfter(text, shownTurns(this.#conversation).at(-1)?.id ?? null);
  }

  /** Asks a changed question in place of an earlier one, which stays as another version. */
  edit(id: string, text: string): Promise<void> {
    const turn = this.#conversation.turns.find((one) => one.id === id);
    return turn === undefined ? Promise.resolve() : this.#askAfter(text, turn.parent);
  }

  /** Has a question answered once more. `id`: the reply that does not please, or the question. */
  regenerate(id: string): Promise<void> {
    const turn = this.#conversation.turns.find((one) => one.id === id);
    if (turn === undefined) return Promise.resolve();
    return this.#reply(turn.role === "user" ? turn.id : turn.parent);
  }

  /** Has a reply that the token limit cut off continued from there. */
  async goOn(id: string): Promise<void> {
    const turn = this.#conversation.turns.find((one) => one.id === id);
    if (this.#running !== null || turn?.role !== "assistant" || turn.text === "") return;
    this.#conversation = withReply(this.#conversation, id, { state: "running", finish: null });
    await this.#run(turn, { continue_final_message: true });
  }

  /** Ends the running reply; what there is of it stays. */
  stop(): void {
    this.#running?.abort.abort();
  }

  #askAfter(text: string, parent: string | null): Promise<void> {
    if (this.#running !== null || text.trim() === "") return Promise.resolve();
    const id = this.#host.newId();
    this.#conversation = withTurn(this.#conversation, { role: "user", id, parent, text }, this.#host.wallClock());
    return this.#reply(id);
  }

  async #reply(parent: string): Promise<void> {
    if (this.#running !== null) return;
    const turn: ReplyTurn = { role: "assistant", id: this.#host.newId(), parent, text: "", thinking: "", thinkingMs: null, state: "running", finish: null, measures: null, problem: null };
    this.#conversation = withTurn(this.#conversation, turn, this.#host.wallClock());
    await this.#run(turn, {});
  }

  /** Lets the model write into `turn`, after what that holds already. */
  async #run({ id, measures }: ReplyTurn, more: Partial<ChatRequest>): Promise<void> {
    const model = this.#host.model();
    if (model === null) return this.#end(id, { state: "failed", problem: { message: "There is no model for a conversation on this machine.", hint: "Get one with `retort pull`, then choose it above." } });
    const running: RunningReply = { id, meter: new LiveMeter(this.#host.now()), loading: null, thinkingSince: null, abort: new AbortController() };
    this.#running = running;
    this.#host.save(this.#conversation);
    this.#host.changed();
    try {
      if (!model.ready) await this.#load(running, model);
      running.meter = new LiveMeter(this.#host.now());
      const { settings } = this.#conversation;
      const reply = await this.#api.chat({ ...chatRequest(shownTurns({ ...this.#conversation, leaf: id }), settings, model.id, model.precision), ...more }, {
        delta: ({ kind, text }) => this.#grow(running, kind, text),
        tokens: (count) => running.meter.count(count, this.#host.now()),
      }, running.abort.signal);
      this.#end(id, { state: "done", finish: reply.finish, measures: addedMeasures(measures, measuresOf(reply)), ...this.#thoughtFor(running) });
    } catch (error) {
      this.#fail(id, running, error);
    }
  }

  async #load(running: RunningReply, { id, precision }: { id: string; precision: Precision | null }): Promise<void> {
    await this.#api.load(id, precision, (progress) => {
      running.loading = progress;
      this.#host.changed();
    }, running.abort.signal);
    running.loading = null;
    this.#host.settled();
  }

  #grow(running: RunningReply, kind: "thinking" | "answer", text: string): void {
    const turn = this.#conversation.turns.find(({ id }) => id === running.id) as ReplyTurn;
    if (kind === "thinking") running.thinkingSince ??= this.#host.now();
    const change = kind === "thinking" ? { thinking: turn.thinking + text } : { text: turn.text + text, ...(turn.text === "" ? this.#thoughtFor(running) : {}) };
    this.#conversation = withReply(this.#conversation, running.id, change);
    this.#host.changed();
  }

  /** How long the thinking took, known when the answer begins or the reply ends. */
  #thoughtFor(running: RunningReply): Partial<ReplyTurn> {
    const turn = this.#conversation.turns.find(({ id }) => id === running.id) as ReplyTurn;
    return running.thinkingSince === null || turn.thinkingMs !== null ? {} : { thinkingMs: this.#host.now() - running.thinkingSince };
  }

  #fail(id: string, running: RunningReply, error: unknown): void {
    if (isCancelled(error)) return this.#end(id, { state: "stopped", ...this.#thoughtFor(running) });
    const { message, hint = "", status } = asRetortError(error);
    if (status === 401) this.#host.keyRefused();
    this.#end(id, { state: "failed", problem: { message, hint }, ...this.#thoughtFor(running) });
  }

  #end(id: string, change: Partial<ReplyTurn>): void {
    this.#running = null;
    this.#conversation = withReply(this.#conversation, id, change);
    this.#host.save(this.#conversation);
    this.#host.changed();
    this.#host.settled();
  }
}
