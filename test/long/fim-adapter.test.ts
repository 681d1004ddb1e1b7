import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../../runtime/entry.ts";
import { EngineSupervisor } from "../../runtime/engine/supervisor.ts";
import { RuntimeClient } from "../../runtime/client/runtime-client.ts";
import { type RunningRuntime, startRuntime } from "../../runtime/serve.ts";
import { smollm2, testEnv } from "../helpers/models.ts";
import { ensureAdapterTraining } from "../setup/program-envs.ts";

const MODEL = "smollm2-135m";
const NAME = "small-fim";
const TRAIN = join(packageRoot(), "runtime", "models", "adapters", "train");

interface Sample {
  prefix: string;
  suffix: string;
  typed: string;
  prompt: number[];
  tokens: number[];
  text: string;
}

/** What the pipeline writes into results.json, as far as it is looked at here. */
interface Results {
  markers: number[];
  curve: Array<{ step: number; held_out_loss: number }>;
  corpus: { training_files: number; held_out_files: number; packages: Array<{ name: string; licence: string; held_out: boolean }> };
  evaluation: Record<string, Record<string, Record<string, Record<string, { mean: number; low: number; high: number; n: number } | null>>>>;
  samples: Sample[];
  gate: string[];
}

describe("training an adapter, small", function () {
  this.timeout(1_800_000);
  let python: string;
  let folder: string;
  let results: Results;
  let runtime: RunningRuntime;
  let client: RuntimeClient;

  const inTrainFolder = (args: string[]): void => {
    // One thread: two that wait for each other in busy loops are slow beside other work.
    execFileSync(python, args, { cwd: TRAIN, stdio: ["ignore", "inherit", "inherit"], env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1", OMP_WAIT_POLICY: "PASSIVE" } });
  };

  before(async () => {
    python = ensureAdapterTraining();
    folder = mkdtempSync(join(tmpdir(), "retort-fim-"));
    const packages = join(packageRoot(), ".cache", "adapter-train", "packages");
    inTrainFolder(["-m", "fim_adapter", "--small", "--threads", "1", "--name", NAME, "--base", await smollm2("fp16"), "--packages", packages, "--out", folder]);
    results = JSON.parse(readFileSync(join(folder, "results.json"), "utf8")) as Results;
    runtime = await startRuntime({
      env: testEnv(),
      models: [MODEL],
      adapters: [{ name: NAME, path: join(folder, `${NAME}.gguf`) }],
      settings: { gpu: "cpu", threads: 1, contextSize: 1024, slots: 1, idleExitMs: null, offline: true },
      parts: { engine: new EngineSupervisor() },
    });
    client = new RuntimeClient({ local: true, endpoint: { url: runtime.url, token: runtime.token } });
  });
  after(async () => {
    await client?.dispose();
    await runtime?.dispose();
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  });

  it("passes the tests of its parts", () => {
    inTrainFolder(["-m", "pytest", "-q", "-p", "no:cacheprovider", "tests"]);
  });

  it("learns: the loss on held-out files falls", () => {
    const [first] = results.curve;
    const last = results.curve.at(-1);
    assert.ok(first !== undefined && last !== undefined && first.step === 0 && last.step > 0);
    assert.ok(last.held_out_loss < first.held_out_loss - 0.2, `${first.held_out_loss} to ${last.held_out_loss}`);
  });

  it("writes the same greedy completions in the engine as in PyTorch", async () => {
    const got: string[] = [];
    for (const { prefix, suffix, typed } of results.samples) {
      const reply = await client.infill({ model: MODEL, precision: "fp16", lora: [{ id: NAME }], input_prefix: prefix, input_suffix: suffix, prompt: typed, max_tokens: 10, temperature: 0 });
      got.push(reply.text);
    }
    assert.deepEqual(got, results.samples.map(({ text }) => text));
    assert.ok(results.samples.some(({ text }) => text.trim() !== ""), "something was written");
  });

  it("does something that the base model does not", async () => {
    const differs = await Promise.all(results.samples.map(async ({ prefix, typed, text }) => {
      const { text: plain } = await client.completion({ model: MODEL, precision: "fp16", prompt: prefix + typed, max_tokens: 10, temperature: 0 });
      return plain !== text;
    }));
    assert.ok(differs.includes(true));
  });

  it("evaluates on held-out packages, with the base model beside it, and does not pass its own gate", () => {
    for (const arm of ["adapter", "base"]) {
      for (const language of ["python", "typescript"]) {
        const line = results.evaluation[arm]?.[language]?.line;
        for (const figure of ["exact_match", "edit_similarity", "parse_ok", "ended"]) {
          const value = line?.[figure];
          assert.ok(value != null && value.n === 2 && value.low <= value.mean && value.mean <= value.high && value.mean >= 0 && value.high <= 1, `${arm}, ${language}, ${figure}`);
        }
      }
    }
    // A dozen steps make no completion model; an adapter that passed would mean that the evaluation is wrong.
    assert.notDeepEqual(results.gate, []);
  });

  it("says what it was trained on, in a card and in a picture", () => {
    const card = readFileSync(join(folder, "MODEL_CARD.md"), "utf8");
    assert.ok(results.corpus.packages.every(({ name, licence }) => card.includes(`| ${name} |`) && card.includes(licence)));
    assert.ok(card.includes("does not pass the gate"));
    assert.match(readFileSync(join(folder, "loss-curve.svg"), "utf8"), /<polyline/);
    assert.deepEqual(results.markers, [5, 6, 3, 0]);
    assert.ok(existsSync(join(folder, `${NAME}.gguf`)));
  });
});
