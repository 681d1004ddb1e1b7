import { asRetortError, isCancelled } from "../../runtime/errors.ts";
import type { Precision } from "../../runtime/models/model.ts";
import { nowMs } from "../../runtime/timing.ts";
import type { PrecisionPlan } from "../experiment/compare/precision/measurement.ts";
import type { ResultRow } from "../experiment/compare/result-set.ts";
import { METRICS } from "../experiment/metrics.ts";
import type { Model, ModelReply, ModelRequest } from "../experiment/model.ts";

/** Time enough for memory to grow to its most, and for threads to wake. */
const WARMUP_TOKENS = 16;

/** The requests of a comparison of precisions, as flat rows. A failed request is a row with its error; an interrupt rejects. */
export class PrecisionRequests {
  readonly #plan: PrecisionPlan;
  readonly #model: Model;
  readonly #signal: AbortSignal;
  /** What replies said of the model that a reader must know. */
  readonly remarks = new Set<string>();

  constructor(plan: PrecisionPlan, model: Model, signal: AbortSignal) {
    this.#plan = plan;
    this.#model = model;
    this.#signal = signal;
  }

  /** One prompt on its own. */
  async single(precision: Precision, prompt: number, run: number): Promise<ResultRow> {
    const seed = this.#plan.seed + run;
    const base = { kind: "single", precision, prompt: prompt + 1, run, seed };
    return this.#row(base, async () => {
      const { answer, thinking, finish, timings } = await this.ask(precision, this.#plan.prompts[prompt] ?? "", { seed });
      return { answer, thinking, finish, ...Object.fromEntries(METRICS.map((metric) => [metric.name, metric.of(timings)])) };
    });
  }

  /** As many requests at once as the plan says, and how many of them a minute would see. */
  async batch(precision: Precision, run: number, maxTokens = this.#plan.maxTokens): Promise<ResultRow> {
    const { concurrency, prompts, seed } = this.#plan;
    return this.#row({ kind: "batch", precision, run, seed: seed + run }, async () => {
      const startedAt = nowMs();
      const replies = await Promise.all(Array.from({ length: concurrency }, (_, i) =>
        this.ask(precision, prompts[i % prompts.length] ?? "", { seed: seed + run * concurrency + i, max_tokens: maxTokens })));
      const minutes = (nowMs() - startedAt) / 60_000;
      const tokens = replies.reduce((sum, { timings }) => sum + timings.predicted_tokens, 0);
      return { req_min: minutes > 0 ? replies.length / minutes : null, out_tok_s: minutes > 0 ? tokens / (minutes * 60) : null };
    });
  }

  /** Not counted. */
  async warmUp(precision: Precision, round: number): Promise<void> {
    const [first = ""] = this.#plan.prompts;
    await this.ask(precision, `${round + 1} ${first.split(/\s+/).reverse().join(" ")}`, { max_tokens: Math.min(WARMUP_TOKENS, this.#plan.maxTokens) });
  }

  async ask(precision: Precision, prompt: string, more: Partial<ModelRequest>): Promise<ModelReply> {
    const { model, maxTokens, temperature, topP } = this.#plan;
    const request: ModelRequest = {
      model, precision, messages: [{ role: "user", content: prompt }], max_tokens: maxTokens, temperature, cache_prompt: false,
      ...(topP === undefined ? {} : { top_p: topP }), ...more,
    };
    const reply = await this.#model.ask(request, () => undefined, this.#signal);
    for (const warning of reply.provenance?.warnings ?? []) this.remarks.add(warning);
    return reply;
  }

  async #row(base: Record<string, unknown>, work: () => Promise<Record<string, unknown>>): Promise<ResultRow> {
    try {
      return { ...base, status: "ok", ...(await work()), error: null };
    } catch (error) {
      if (this.#signal.aborted || isCancelled(error)) throw error;
      return { ...base, status: "failed", error: asRetortError(error).code };
    }
  }
}
