import type { Provenance, ToolCall } from "../../runtime/api/types.ts";
import type { Model, ModelDelta, ModelReply, ModelRequest } from "../../kernel/experiment/model.ts";
import { cancelled } from "../../runtime/errors.ts";

/** How the fake answers one request. */
export interface ScriptedReply {
  /** The answer, streamed in these pieces. */
  answer?: string | string[];
  thinking?: string | string[];
  finish?: "stop" | "length";
  /** Streams nothing before this has resolved. */
  after?: Promise<void>;
  /** Milliseconds before each piece. */
  delayMs?: number;
  /** Thrown in place of an end, after the pieces have been streamed. */
  error?: Error;
  /** Streams its pieces, then waits for the abort. */
  hang?: boolean;
  ttftMs?: number | null;
  promptTokens?: number;
  cachedTokens?: number;
  warnings?: string[];
  /** Calls of tools, their arguments as text or as a value. */
  calls?: Array<{ name: string; arguments: unknown }>;
}

/** A model that answers from a script and remembers what it was asked. The last entry of the script repeats. */
export class FakeModel implements Model {
  readonly requests: ModelRequest[] = [];
  readonly #script: Array<ScriptedReply | ((request: ModelRequest) => ScriptedReply)>;

  constructor(...script: Array<ScriptedReply | ((request: ModelRequest) => ScriptedReply)>) {
    this.#script = script.length === 0 ? [{ answer: "Hello." }] : script;
  }

  async ask(request: ModelRequest, onDelta: (delta: ModelDelta) => void, signal: AbortSignal): Promise<ModelReply> {
    const entry = this.#script[Math.min(this.requests.length, this.#script.length - 1)] ?? {};
    this.requests.push(request);
    const script = typeof entry === "function" ? entry(request) : entry;
    const thinking = pieces(script.thinking);
    const answer = pieces(script.answer);
    await script.after;
    for (const text of thinking) await this.#send({ kind: "thinking", text }, script, onDelta, signal);
    for (const text of answer) await this.#send({ kind: "answer", text }, script, onDelta, signal);
    if (script.error !== undefined) throw script.error;
    if (script.hang === true) await untilAborted(signal);
    return reply(request, script, thinking, answer);
  }

  async #send(delta: ModelDelta, script: ScriptedReply, onDelta: (delta: ModelDelta) => void, signal: AbortSignal): Promise<void> {
    if (script.delayMs !== undefined) await new Promise((resolve) => setTimeout(resolve, script.delayMs));
    if (signal.aborted) throw cancelled();
    onDelta(delta);
  }
}

function pieces(text: string | string[] | undefined): string[] {
  if (text === undefined) return [];
  return typeof text === "string" ? [text] : text;
}

async function untilAborted(signal: AbortSignal): Promise<never> {
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
  throw cancelled();
}

function reply(request: ModelRequest, script: ScriptedReply, thinking: string[], answer: string[]): ModelReply {
  const promptTokens = script.promptTokens ?? 10;
  const cached = script.cachedTokens ?? 0;
  const reasoning = thinking.length;
  const n = reasoning + answer.length;
  const ttft = script.ttftMs === undefined ? 50 : script.ttftMs;
  return {
    answer: answer.join(""),
    thinking: thinking.join(""),
    ...(script.calls === undefined ? {} : { toolCalls: script.calls.map(toolCall) }),
    finish: script.finish ?? "stop",
    usage: {
      prompt_tokens: promptTokens,
      completion_tokens: n,
      total_tokens: promptTokens + n,
      prompt_tokens_details: { cached_tokens: cached },
      completion_tokens_details: { reasoning_tokens: reasoning },
    },
    timings: {
      queue_ms: 1, ttft_ms: ttft, ttfa_ms: ttft, prefill_tok_s: 200, itl_ms: null, tpot_ms: 25, decode_tok_s: 40,
      e2e_ms: 50 + n * 25, user_tok_s: 30, think_share: n === 0 ? null : reasoning / n, cache_share: cached / promptTokens,
      prompt_tokens: promptTokens, cached_tokens: cached, predicted_tokens: n, reasoning_tokens: reasoning, answer_tokens: n - reasoning,
    },
    provenance: provenance(request, script.warnings ?? []),
  };
}

function toolCall({ name, arguments: args }: { name: string; arguments: unknown }, index: number): ToolCall {
  return { id: `call-${index}`, type: "function", function: { name, arguments: typeof args === "string" ? args : JSON.stringify(args) } };
}

function provenance(request: ModelRequest, warnings: string[]): Provenance {
  return {
    model: request.model ?? "fake",
    precision: request.precision ?? "int8",
    quant: "Q8_0",
    file_sha256: "ab".repeat(32),
    backend: "cpu",
    device: "fake device",
    threads: 2,
    context: 2048,
    slots: 1,
    engine_version: "0.0.0",
    settings: {
      temperature: request.temperature === undefined ? { value: 0.7, source: "profile" } : { value: request.temperature, source: "request" },
      seed: request.seed === undefined ? { value: 0, source: "default" } : { value: request.seed, source: "request" },
    },
    warnings,
    prompt_sha256: "cd".repeat(32),
    memory: { weights: 100e6, kv_cache: 10e6, rss: 200e6, vram_used: null },
  };
}
