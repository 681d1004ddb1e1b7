import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

import { smollm2 } from "../helpers/models.ts";
import { type ServeProcess, startServe } from "../helpers/serve-process.ts";
import { ensureLoadGenerator } from "../setup/program-envs.ts";

const MODEL = "smollm2-135m";
const KEY = "key-of-the-runtime";
const REQUESTS = 16;
const TOKENS = 24;
/** Both look at the same requests, one from behind a socket and a Python program on the same cores. */
const AGREE: readonly [least: number, most: number] = [0.5, 2];

/** What GuideLLM measured: means over the requests that succeeded, in ms. */
interface Measured {
  successful: number;
  failed: number;
  ttft: number;
  gap: number;
  outputTokens: number;
}

interface Summary { successful?: { mean: number } }
interface Report {
  benchmarks: Array<{ metrics: { request_totals: { successful: number; errored: number; incomplete: number }; time_to_first_token_ms: Summary; inter_token_latency_ms: Summary; output_token_count: Summary } }>;
}

describe("GuideLLM loads retort serve", () => {
  let serve: ServeProcess;
  let folder: string;
  let guidellm: string;
  const report: string[] = [];

  before(async function () {
    this.timeout(0);
    guidellm = join(dirname(ensureLoadGenerator()), "guidellm");
    await smollm2("int8");
    folder = mkdtempSync(join(tmpdir(), "retort-load-"));
    serve = await startServe(["--api-key", KEY, "--model", MODEL, "--precision", "int8", "--context", "512", "--slots", "4", "--log-format", "off"]);
  });
  after(async () => {
    await serve?.dispose();
    rmSync(folder, { recursive: true, force: true });
    console.log(`\n${report.join("\n")}\n`);
  });

  for (const streams of [1, 4]) {
    it(`${REQUESTS} requests in ${streams} streams succeed, and its times agree with the server's own`, async () => {
      const before = await ownSums();
      const measured = await load(streams);
      const own = means(before, await ownSums());
      report.push(`${streams} streams: ${measured.successful} of ${REQUESTS}; TTFT ${measured.ttft.toFixed(1)} ms (own ${own.ttft.toFixed(1)}), per token ${measured.gap.toFixed(2)} ms (own ${own.gap.toFixed(2)})`);
      assert.deepEqual([measured.successful, measured.failed, own.requests], [REQUESTS, 0, REQUESTS]);
      assert.equal(measured.outputTokens, TOKENS, "tokens as the server counts them");
      for (const [what, theirs, ours] of [["TTFT", measured.ttft, own.ttft], ["time per token", measured.gap, own.gap]] as const) {
        const ratio = theirs / ours;
        assert.ok(ratio > AGREE[0] && ratio < AGREE[1], `${what}: ${theirs} ms there, ${ours} ms here`);
      }
    });
  }

  /** One run of the generator; its prompts are texts of ours, so it needs no tokenizer and no network. */
  async function load(streams: number): Promise<Measured> {
    const out = join(folder, `${streams}.json`);
    const config = join(folder, `${streams}-config.json`);
    writeFileSync(config, JSON.stringify({
      spec: {
        backend: { kind: "openai_http", target: serve.url, model: MODEL, api_key: KEY, request_format: "/v1/chat/completions", http2: false, extras: { body: { temperature: 0, ignore_eos: true, max_tokens: TOKENS } } },
        profile: { kind: "concurrent", streams: [streams] },
        constraints: [{ kind: "max_requests", count: REQUESTS }],
        data: [{ kind: "in_memory_dict_list", data: Array.from({ length: REQUESTS }, (_, n) => ({ prompt: `Question ${n}: name something that costs ${n + 1} coins.` })) }],
        outputs: [{ kind: "json", path: out }],
      },
    }));
    await promisify(execFile)(guidellm, ["run", "--config", config, "--disable-console-interactive"], { cwd: folder, env: { ...process.env, HF_HUB_OFFLINE: "1", TRANSFORMERS_OFFLINE: "1", NO_COLOR: "1" }, maxBuffer: 64 * 1024 * 1024 });
    const [benchmark] = (JSON.parse(readFileSync(out, "utf8")) as Report).benchmarks;
    assert.ok(benchmark !== undefined);
    const { request_totals: totals, time_to_first_token_ms: ttft, inter_token_latency_ms: gap, output_token_count: tokens } = benchmark.metrics;
    return { successful: totals.successful, failed: totals.errored + totals.incomplete, ttft: mean(ttft), gap: mean(gap), outputTokens: mean(tokens) };
  }

  /** Sums and counts of the server's histograms so far. */
  async function ownSums(): Promise<Record<string, number>> {
    const text = await (await fetch(`${serve.url}/metrics`, { headers: { authorization: `Bearer ${KEY}` } })).text();
    return Object.fromEntries([...text.matchAll(/^vllm:(time_\w+_(?:sum|count))(?:\{[^}]*\})? (\S+)$/gm)].map(([, name, value]) => [name, Number(value)]));
  }
});

function mean(summary: Summary): number {
  assert.ok(summary.successful !== undefined);
  return summary.successful.mean;
}

/** Means of what came between two looks, in ms. */
function means(before: Record<string, number>, after: Record<string, number>): { requests: number; ttft: number; gap: number } {
  const since = (name: string): number => (after[name] ?? NaN) - (before[name] ?? 0);
  const of = (name: string): number => (1000 * since(`${name}_sum`)) / since(`${name}_count`);
  return { requests: since("time_to_first_token_seconds_count"), ttft: of("time_to_first_token_seconds"), gap: of("time_per_output_token_seconds") };
}
