import type { Timings } from "../timing.ts";
import type { GenerationNote, RequestNotes } from "../inference/request-notes.ts";
import { nowMs } from "../timing.ts";
import type { AuditMode } from "./audit-settings.ts";
import { redact, redactAll, type RedactOptions } from "./redact.ts";
import { sha256 } from "./sealed-line.ts";

export interface RecordRules extends RedactOptions {
  mode: AuditMode;
}

/** Full text of one field beyond this is cut, with a remark. */
const MAX_TEXT = 256 * 1024;
const MAX_BODY = 512 * 1024;

/** Gathers what one request was and brought. Nothing is computed before {@link fields}. */
export class RequestRecord implements RequestNotes {
  readonly #acceptedAt = nowMs();
  readonly #client: string;
  #id: string | null = null;
  #body: Buffer | null = null;
  #output: string | null = null;
  #error: string | null = null;
  readonly #generations: GenerationNote[] = [];

  /** `client`: what kind of program asks. */
  constructor(client: string) {
    this.#client = client;
  }

  /** Bytes that this holds until it is written. */
  get weight(): number {
    const texts = this.#generations.reduce((sum, { answer, thinking }) => sum + answer.length + thinking.length, 0);
    return (this.#body?.length ?? 0) + (this.#output?.length ?? 0) + 2 * texts;
  }

  get hasFailed(): boolean {
    return this.#error !== null;
  }

  /** True for a route that generates text: its JSON need not be kept apart. */
  get hasText(): boolean {
    return this.#generations.length > 0;
  }

  named(id: string): void {
    this.#id = id;
  }

  generated(note: GenerationNote): void {
    this.#generations.push(note);
  }

  /** The request's body as it came. */
  body(bytes: Buffer): void {
    this.#body = bytes;
  }

  /** The answer's JSON, of a route that generates no text. */
  answered(json: string): void {
    this.#output = json;
  }

  failed(code: string): void {
    this.#error = code;
  }

  /** The record of a request that has ended. `route` is the pattern, never the address as typed. */
  fields(route: string, status: number, endedAt: number, rules: RecordRules): Record<string, unknown> {
    const [first] = this.#generations;
    const body = parsed(this.#body);
    return {
      kind: "request",
      id: this.#id,
      route,
      client: this.#client,
      status,
      ms: rounded(endedAt - this.#acceptedAt),
      model: first?.model ?? modelOf(body),
      precision: first?.precision ?? null,
      file_sha256: first?.file_sha256 ?? null,
      error: this.#error,
      body_sha256: this.#body === null ? null : sha256(this.#body),
      generations: this.#generations.map(generationFields),
      ...(this.#output === null ? {} : { output_sha256: sha256(this.#output) }),
      ...(rules.mode === "full" ? this.#texts(body, rules) : {}),
    };
  }

  #texts(body: unknown, rules: RedactOptions): Record<string, unknown> {
    const tooLong = this.#body !== null && this.#body.length > MAX_BODY;
    const outputs = this.#generations.map(({ answer, thinking }) => ({
      answer: shortened(redact(answer, rules)),
      ...(thinking === "" ? {} : { thinking: shortened(redact(thinking, rules)) }),
    }));
    return {
      input: tooLong ? `(${this.#body?.length} bytes: too long for the log)` : redactAll(body, rules),
      output: this.#output === null ? outputs : shortened(redact(this.#output, rules)),
    };
  }
}

function generationFields(note: GenerationNote): Record<string, unknown> {
  const { answer, thinking, usage, timings } = note;
  return {
    ...(note.lora.length === 0 ? {} : { lora: note.lora }),
    prompt_sha256: note.prompt_sha256,
    answer_sha256: sha256(answer),
    ...(thinking === "" ? {} : { thinking_sha256: sha256(thinking) }),
    finish: note.finish,
    prompt_tokens: usage?.prompt_tokens ?? null,
    cached_tokens: usage?.prompt_tokens_details.cached_tokens ?? null,
    completion_tokens: usage?.completion_tokens ?? null,
    reasoning_tokens: usage?.completion_tokens_details.reasoning_tokens ?? null,
    settings: note.settings,
    timings: timings === null ? null : shortTimings(timings),
  };
}

/** Times in ms, rates per second, three decimals. */
function shortTimings({ queue_ms, ttft_ms, e2e_ms, prefill_tok_s, decode_tok_s }: Timings): Record<string, number | null> {
  return { queue_ms: roundedOrNull(queue_ms), ttft_ms: roundedOrNull(ttft_ms), e2e_ms: rounded(e2e_ms), prefill_tok_s: roundedOrNull(prefill_tok_s), decode_tok_s: roundedOrNull(decode_tok_s) };
}

function roundedOrNull(value: number | null): number | null {
  return value === null ? null : rounded(value);
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}

function shortened(text: string): string {
  return text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT)}… (${text.length} characters)`;
}

/** A body that is no JSON was refused, and its hash is all that is kept of it. */
function parsed(body: Buffer | null): unknown {
  if (body === null) return null;
  try {
    return JSON.parse(body.toString("utf8")) as unknown;
  } catch {
    return null;
  }
}

function modelOf(body: unknown): string | null {
  const model = typeof body === "object" && body !== null ? (body as { model?: unknown }).model : undefined;
  return typeof model === "string" ? model.slice(0, 200) : null;
}
