import type { Timings, Untold } from "../../runtime/timing.ts";

/** A number that every finished run has (or has not: null), under the name it has in tables, templates and files. */
export interface Metric {
  name: string;
  /** Plain words for a table's first column. */
  label: string;
  unit: string;
  of(timings: Timings): number | null;
  /** Follows from the others, or matters for a closer look only: tables name it without a row. */
  minor?: true;
}

/** The metrics of a run, in the order of tables. Definitions: runtime/timing.ts. */
export const METRICS: readonly Metric[] = [
  { name: "ttft_ms", label: "time to first token", unit: "ms", of: (t) => t.ttft_ms },
  { name: "ttfa_ms", label: "time to first answer token", unit: "ms", of: (t) => t.ttfa_ms, minor: true },
  { name: "prefill_tok_s", label: "prefill", unit: "tok/s", of: (t) => t.prefill_tok_s },
  { name: "decode_tok_s", label: "decode", unit: "tok/s", of: (t) => t.decode_tok_s },
  { name: "itl_ms", label: "gap between tokens (median of a run)", unit: "ms", of: (t) => t.itl_ms?.p50 ?? null, minor: true },
  { name: "tpot_ms", label: "time per output token", unit: "ms", of: (t) => t.tpot_ms, minor: true },
  { name: "e2e_ms", label: "whole request", unit: "ms", of: (t) => t.e2e_ms },
  { name: "queue_ms", label: "wait for a slot", unit: "ms", of: (t) => t.queue_ms, minor: true },
  { name: "prompt_tokens", label: "prompt", unit: "tokens", of: (t) => told(t, t.prompt_tokens, "tokens") },
  { name: "thinking_tokens", label: "thinking", unit: "tokens", of: (t) => told(t, t.reasoning_tokens, "tokens", "reasoning") },
  { name: "answer_tokens", label: "answer", unit: "tokens", of: (t) => told(t, t.answer_tokens, "tokens", "reasoning") },
  { name: "cache_share", label: "prompt from cache", unit: "share", of: (t) => t.cache_share },
];

/** Short names that templates may use beside the full ones. */
export const METRIC_ALIASES: Readonly<Record<string, string>> = { tok_s: "decode_tok_s" };

/** A count, or null where the server does not tell what it stands on. */
function told({ untold = [] }: Timings, count: number, ...needs: Untold[]): number | null {
  return needs.some((need) => untold.includes(need)) ? null : count;
}
