import type { FinishReason } from "../types.ts";
import type { GenerationObserver } from "../../inference/generation-observer.ts";
import type { Timings } from "../../timing.ts";
import { Counter, Histogram, type Labels, metric } from "./series.ts";

/** Bounds in seconds: vLLM's for the first token, for each further one, and for whole requests. */
const FIRST_TOKEN_S = [0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80, 160];
const PER_TOKEN_S = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5];
const REQUEST_S = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 60, 120, 240, 480];
const TOKENS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000];

const MS = 1000;

/** What the server holds at the moment of asking, by model. */
export interface ModelLoad {
  model: string;
  running: number;
  waiting: number;
  /** Tokens in the KV cache, and how many fit. */
  tokens: number;
  capacity: number;
}

export interface ServerLoad {
  models: readonly ModelLoad[];
  /** Seconds since the server started. */
  uptime: number;
  /** Bytes of the server's own process. */
  rss: number;
}

/** Counts since the server started, under the names of llama-server and of vLLM; `retort_` where neither has one. */
export class RuntimeMetrics implements GenerationObserver {
  readonly #prompt = new Counter();
  readonly #cached = new Counter();
  readonly #generated = new Counter();
  readonly #promptSeconds = new Counter();
  readonly #generatedSeconds = new Counter();
  readonly #finished = new Counter();
  readonly #answers = new Counter();
  readonly #firstToken = new Histogram(FIRST_TOKEN_S);
  readonly #perToken = new Histogram(PER_TOKEN_S);
  readonly #whole = new Histogram(REQUEST_S);
  readonly #queue = new Histogram(REQUEST_S);
  readonly #promptTokens = new Histogram(TOKENS);
  readonly #replyTokens = new Histogram(TOKENS);

  generated(model: string, finish: FinishReason, timings: Timings): void {
    const labels = { model_name: model };
    const { ttft_ms: ttft, queue_ms: queue, tpot_ms: tpot, e2e_ms: whole, prompt_tokens: prompt, predicted_tokens: predicted } = timings;
    this.#finished.add(1, { ...labels, finished_reason: finish });
    this.#prompt.add(prompt, labels);
    this.#cached.add(timings.cached_tokens, labels);
    this.#generated.add(predicted, labels);
    this.#promptTokens.observe(prompt, labels);
    this.#replyTokens.observe(predicted, labels);
    this.#whole.observe(whole / MS, labels);
    if (queue !== null) this.#queue.observe(queue / MS, labels);
    if (ttft !== null) {
      this.#firstToken.observe(ttft / MS, labels);
      this.#promptSeconds.add((ttft - (queue ?? 0)) / MS, labels);
    }
    if (tpot !== null) {
      this.#perToken.observe(tpot / MS, labels);
      this.#generatedSeconds.add((tpot * predicted) / MS, labels);
    }
  }

  broken(model: string, how: "cancelled" | "failed"): void {
    this.#finished.add(1, { model_name: model, finished_reason: how === "cancelled" ? "abort" : "error" });
  }

  /** A reply to a request over HTTP has ended. `route`: its pattern. */
  answered(route: string, status: number): void {
    this.#answers.add(1, { route, status: String(status) });
  }

  text({ models, uptime, rss }: ServerLoad): string {
    const by = (value: (load: ModelLoad) => number): Array<readonly [Labels, number]> => models.map((load) => [{ model_name: load.model }, value(load)] as const);
    const sum = (value: (load: ModelLoad) => number): number => models.reduce((total, load) => total + value(load), 0);
    const processed = this.#prompt.total() - this.#cached.total();
    return [
      metric("llamacpp:prompt_tokens_total", "Prompt tokens processed, those in the cache left out.", "counter", processed),
      metric("llamacpp:prompt_seconds_total", "Time spent on prompts.", "counter", this.#promptSeconds.total()),
      metric("llamacpp:tokens_predicted_total", "Tokens generated.", "counter", this.#generated.total()),
      metric("llamacpp:tokens_predicted_seconds_total", "Time spent on generating.", "counter", this.#generatedSeconds.total()),
      metric("llamacpp:prompt_tokens_seconds", "Mean prompt tokens per second.", "gauge", share(processed, this.#promptSeconds.total())),
      metric("llamacpp:predicted_tokens_seconds", "Mean generated tokens per second.", "gauge", share(this.#generated.total(), this.#generatedSeconds.total())),
      metric("llamacpp:requests_processing", "Requests that hold a slot.", "gauge", sum(({ running }) => running)),
      metric("llamacpp:requests_deferred", "Requests that wait for a slot.", "gauge", sum(({ waiting }) => waiting)),
      metric("llamacpp:kv_cache_tokens", "Tokens in the KV cache.", "gauge", sum(({ tokens }) => tokens)),
      metric("llamacpp:kv_cache_usage_ratio", "Share of the KV cache in use.", "gauge", share(sum(({ tokens }) => tokens), sum(({ capacity }) => capacity))),
      metric("vllm:num_requests_running", "Requests that hold a slot.", "gauge", by(({ running }) => running)),
      metric("vllm:num_requests_waiting", "Requests that wait for a slot.", "gauge", by(({ waiting }) => waiting)),
      metric("vllm:kv_cache_usage_perc", "Share of the KV cache in use, 1 for all of it.", "gauge", by(({ tokens, capacity }) => share(tokens, capacity))),
      metric("vllm:prompt_tokens_total", "Prompt tokens, those in the cache among them.", "counter", this.#prompt.entries()),
      metric("vllm:generation_tokens_total", "Tokens generated.", "counter", this.#generated.entries()),
      metric("vllm:prefix_cache_queries_total", "Prompt tokens looked for in the cache.", "counter", this.#prompt.entries()),
      metric("vllm:prefix_cache_hits_total", "Prompt tokens found in the cache.", "counter", this.#cached.entries()),
      metric("vllm:request_success_total", "Generations by how they ended.", "counter", this.#finished.entries()),
      this.#firstToken.text("vllm:time_to_first_token_seconds", "From the request to its first token."),
      this.#perToken.text("vllm:time_per_output_token_seconds", "Mean time between tokens of a request, the first left out."),
      this.#whole.text("vllm:e2e_request_latency_seconds", "From the request to its end."),
      this.#queue.text("vllm:request_queue_time_seconds", "Wait for a slot."),
      this.#promptTokens.text("vllm:request_prompt_tokens", "Prompt tokens of a request."),
      this.#replyTokens.text("vllm:request_generation_tokens", "Tokens of a reply."),
      metric("retort_http_requests_total", "Replies over HTTP.", "counter", this.#answers.entries()),
      metric("retort_uptime_seconds", "Since the server started.", "gauge", uptime),
      metric("process_resident_memory_bytes", "Of the front; the engine is a process of its own.", "gauge", rss),
    ].join("");
  }
}

/** 0 where nothing was counted yet. */
function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
