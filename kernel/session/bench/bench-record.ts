import { createHash } from "node:crypto";
import type { FinishedBench } from "./bench-runner.ts";

/** What made a benchmark's output, for its metadata: no path, no host name, no time of day. */
export function benchRecord({ result, choice, loaded, local }: FinishedBench, settings: Readonly<Record<string, unknown>>, retortVersion: string): Record<string, unknown> {
  const body = {
    format: 1,
    kind: "bench",
    name: settings["name"] ?? null,
    model: { value: choice.model, source: choice.source },
    local,
    files: loaded.map(({ model, precision, quant, file_sha256 }) => ({ model, precision, quant, sha256: file_sha256 })),
    settings: Object.fromEntries(Object.entries(settings).filter(([key]) => key !== "name" && key !== "matrix").map(([key, value]) => [key, { value, source: "cell" }])),
    matrix: settings["matrix"] ?? null,
    seeds: [result.spec.seed],
    cache: [...new Set(result.windows.map(({ cache }) => cache))],
    counts: result.windows.map(({ spec, counts }) => ({ ...spec.corner, ...counts })),
    failures: result.failures.map(({ corner, error }) => ({ ...corner, error: error.code })),
    partial: result.partial,
    bandwidth: result.bandwidth === null ? null : { bytes_per_s: Math.round(result.bandwidth), method: "memcmp of blocks of 48 MiB, as many threads as the model has, best of four rounds" },
    engine: loaded.map(({ backend, device, threads, context, slots }) => ({ backend, device, threads, context, slots }))[0] ?? null,
    versions: { retort: retortVersion, engine: result.windows.flatMap(({ requests }) => requests.flatMap(({ reply }) => reply?.provenance?.engine_version ?? []))[0] ?? null },
  };
  return { retort: { run: createHash("sha256").update(JSON.stringify(body)).digest("hex").slice(0, 12), ...body } };
}
