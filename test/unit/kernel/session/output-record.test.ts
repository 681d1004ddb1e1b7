import assert from "node:assert/strict";
import { hostname, userInfo } from "node:os";
import { FakeModel } from "../../../helpers/fake-model.ts";
import { Notebook } from "../../../helpers/notebook.ts";
import type { RecordingContext } from "../../../helpers/recording-context.ts";

const SWEEP = "---\nname: sweep\nmatrix: { temperature: [0, 0.3, 0.6, 0.9], precision: [fp16, int8] }\nruns: 5\nwarmup: 1\nseed: 100\n---\nSay something about {{ topic }}.";
/** About 2,048 tokens, the most that the main model's rules allow, a third of them thinking. */
const LONG = { thinking: "So let me think about this. ".repeat(90), answer: "The answer is a matter of taste, and so on. ".repeat(130) };
const ANSWER_BYTES = 30_000;
const SWEEP_BYTES = 150_000;

interface Shown {
  data: Record<string, unknown>;
  metadata: Record<string, unknown>;
}

interface OneRecord {
  settings: Record<string, unknown>;
  files: object[];
  versions: Record<string, unknown>;
  seeds: number[];
  cache: string[];
  prompt_sha256: string;
  sources: object[];
  counts: Array<{ ok: number }>;
}

function shown(cell: RecordingContext): Shown[] {
  return cell.settled.flatMap((event) => (event.type === "display" ? [{ data: event.data as Record<string, unknown>, metadata: (event.metadata ?? {}) as Record<string, unknown> }] : []));
}

const bytes = (cell: RecordingContext): number => Buffer.byteLength(JSON.stringify(shown(cell)));
const recordOf = (cell: RecordingContext): Record<string, unknown> => (shown(cell).map(({ metadata }) => metadata.retort).find((record) => record !== undefined) ?? {}) as Record<string, unknown>;

describe("record of an output", () => {
  it("holds settings with their sources, file hash, versions, seeds, cache state, prompt and template hash, and what ran it", async () => {
    const notebook = new Notebook(new FakeModel({ answer: "Hi." }), { model: "small" });
    await notebook.run("%defaults top_k=7");
    const record = recordOf(await notebook.run("---\nname: one\ntemperature: 0.5\nseed: 3\n---\nHello"));
    assert.match(String(record.run), /^[0-9a-f]{12}$/);
    const { settings, files, versions, seeds, cache, prompt_sha256, sources, counts } = record as unknown as OneRecord;
    assert.deepEqual(settings["temperature"], { value: 0.5, source: "cell" });
    assert.deepEqual(settings["top_k"], { value: 7, source: "notebook" });
    assert.deepEqual(files, [{ model: "small", precision: "int8", quant: "Q8_0", sha256: "ab".repeat(32) }]);
    assert.deepEqual([versions["retort"], versions["engine"], seeds, cache, prompt_sha256], ["0.0.0", "0.0.0", [3], ["cold"], "cd".repeat(32)]);
    assert.equal(counts[0]?.ok, 1);
    const fields = ["backend", "batch", "context", "device", "driver", "engine", "file_sha256", "flash_attention", "kv_cache_type", "made_from", "model", "notes", "precision", "quant", "slots", "template_sha256", "threads"];
    assert.deepEqual(Object.keys(sources[0] ?? {}).sort(), fields);
  });

  it("says by whom each sample was made", async () => {
    const cell = await new Notebook(new FakeModel({ answer: "Hi." })).run("---\nmatrix: { precision: [fp16, int8] }\nruns: 2\nwarmup: 0\n---\nHello");
    const [samples] = cell.settledData("application/vnd.retort.runs+json") as Array<{ sources: Array<{ precision: string }>; rows: Array<{ precision: string; made_by: number }> }>;
    assert.ok(samples !== undefined);
    for (const { precision, made_by } of samples.rows) assert.equal(samples.sources[made_by]?.precision, precision);
    assert.equal(samples.sources.length, 2);
  });

  it("of an answer is at most 30 KB with it, of a sweep of 40 at most 150 KB", async () => {
    const single = await new Notebook(new FakeModel(LONG)).run("---\nseed: 1\n---\nHello");
    assert.ok(bytes(single) <= ANSWER_BYTES, `${bytes(single)} bytes`);
    const notebook = new Notebook(new FakeModel({ answer: LONG.answer.slice(0, 300) }));
    await notebook.run("%%vars\ntopic: rain");
    const sweep = await notebook.run(SWEEP);
    assert.deepEqual(sweep.outcome, { status: "ok" });
    assert.ok(bytes(sweep) <= SWEEP_BYTES, `${bytes(sweep)} bytes`);
  });

  it("is the same after a second run, so that a rerun makes no difference in a file", async () => {
    const twice: string[] = [];
    for (let i = 0; i < 2; i++) twice.push(JSON.stringify(shown(await new Notebook(new FakeModel({ answer: "Hi." })).run("---\nseed: 1\n---\nHello"))));
    assert.equal(twice[0], twice[1]);
  });

  it("holds no path, no host or user name, no secret, no time of day", async () => {
    const secret = "not-for-anyone-else";
    process.env.RETORT_API_KEY = secret;
    try {
      const notebook = new Notebook(new FakeModel({ answer: "Hi." }));
      await notebook.run("%%vars\ntopic: rain");
      const text = (await Promise.all([SWEEP, "---\nseed: 1\n---\nHello", "%trace last", "%status", "%defaults"].map((source) => notebook.run(source)))).map((cell) => JSON.stringify(cell.events)).join("\n");
      assertInert(text, [secret]);
    } finally {
      delete process.env.RETORT_API_KEY;
    }
  });

  it("is small, and all text, where the cell asks for slim outputs", async () => {
    const notebook = new Notebook(new FakeModel({ answer: "Hi **there**." }));
    await notebook.run("%%vars\ntopic: rain");
    const sweep = await notebook.run(SWEEP.replace("seed: 100", "seed: 100\nslim: on"));
    for (const { data } of shown(sweep)) assert.deepEqual(Object.keys(data), ["text/plain"]);
    assert.ok(shown(sweep).some(({ data }) => /fp16/.test(String(data["text/plain"]))));
    assert.deepEqual(Object.keys(recordOf(sweep)).sort(), ["counts", "format", "model", "name", "partial", "prompt_sha256", "run", "seeds", "slim", "versions"]);
    assert.ok(bytes(sweep) < 10_000, `${bytes(sweep)} bytes`);
    await notebook.run("%defaults slim=on");
    const single = await notebook.run("Hello");
    assert.equal(shown(single)[0]?.data["text/plain"], "Hi **there**.");
  });
});

/** What may never stand in an output. */
function assertInert(text: string, secrets: readonly string[]): void {
  const names = [hostname(), userInfo().username].filter((name) => name.length > 4);
  for (const word of [...secrets, ...names, process.cwd(), process.execPath]) assert.ok(!text.includes(word), word);
  assert.doesNotMatch(text, /(?:^|[\s"'(=])\/(?:home|root|Users|tmp|var|work)\/[\w.-]/);
  assert.doesNotMatch(text, /[A-Z]:\\\\/);
  assert.doesNotMatch(text, /20\d\d-\d\d-\d\d[T ]\d\d:\d\d/);
}
