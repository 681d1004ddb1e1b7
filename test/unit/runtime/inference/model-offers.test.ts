import assert from "node:assert/strict";

import type { ModelOffer, ModelOffers, PrecisionOffer, Removed } from "../../../../runtime/api/types.ts";
import { loadCatalogue } from "../../../../runtime/models/catalogue.ts";
import { estimateShape } from "../../../../runtime/models/estimate.ts";
import type { ModelEntry } from "../../../../runtime/models/model.ts";
import { CHAT_MODEL, type FakeRuntime, fakeFile, startFakeRuntime } from "../fake-runtime.ts";

const SHAPE = { layers: 2, embedding: 8, feedForward: 16, heads: 2, kvHeads: 1, headLength: 4, vocabulary: 100, tied: true };
const NEW: ModelEntry = {
  ...CHAT_MODEL, id: "new", aliases: [], parameters: 1e6, shape: SHAPE,
  sources: [{ uri: "hf:a/b/c-Q4_1.gguf", precision: "q4", quant: "Q4_1" }],
};

describe("models to choose from", () => {
  let fake: FakeRuntime;
  beforeEach(async () => { fake = await startFakeRuntime({ aliases: { mine: "file:/home/u/mine-Q8_0.gguf", "gpt-4o": "chatty" } }); });
  afterEach(() => fake.runtime.dispose());

  const offers = async (): Promise<ModelOffers> => (await (await fake.call("GET", "/retort/models")).json()) as ModelOffers;
  const model = async (id: string): Promise<ModelOffer> => {
    const found = (await offers()).models.find((one) => one.id === id);
    assert.ok(found, `${id} is offered`);
    return found;
  };
  const of = async (id: string, precision: string): Promise<PrecisionOffer | undefined> => (await model(id)).precisions.find((one) => one.precision === precision);

  it("lists the catalogue with licence, and no alias twice", async () => {
    const { models } = await offers();
    assert.deepEqual(models.map(({ id }) => id), ["chatty", "thinker", "coder", "embedder"]);
    assert.equal(models[0]?.licence, "MIT");
  });

  it("tells installed files apart: loaded, and what Retort may delete", async () => {
    fake.files.stored.push({ ...fakeFile("new", "q4"), origin: "ollama:new" });
    fake.files.models.push(NEW);
    await fake.call("POST", "/retort/load", { model: "chatty", precision: "int8" });
    const { precisions } = await model("chatty");
    assert.deepEqual(precisions.map(({ precision, state, loaded, removable }) => [precision, state, loaded, removable]), [["fp16", "installed", false, true], ["int8", "installed", true, true]]);
    assert.equal((await of("new", "q4"))?.removable, false);
  });

  it("says what must be downloaded, what an earlier download brought, and what can be made", async () => {
    fake.files.models.push(NEW);
    fake.files.parts.push({ path: "/x.part", quant: "Q4_1", bytes: 77 });
    const int8 = await of("new", "int8");
    assert.deepEqual([int8?.state, int8?.bytes, int8?.download_bytes, int8?.partial_bytes, int8?.from], ["download", 1_062_500, 625_000, 77, "hf:a/b/c-Q4_1.gguf"]);
    fake.files.stored.push({ ...fakeFile("new", "q4"), quant: "Q4_1" });
    const made = await of("new", "int8");
    assert.deepEqual([made?.state, made?.download_bytes, made?.from], ["make", 0, "Q4_1"]);
    assert.equal((await of("new", "q4"))?.state, "installed");
  });

  it("does not offer to make a file from a type that cannot be unpacked", async () => {
    fake.files.models.push({ ...NEW, sources: [{ uri: "hf:a/b/c-IQ2_XS.gguf", precision: "q4", quant: "IQ2_XS" }] });
    assert.deepEqual((await model("new")).precisions.map(({ precision, bytes, fit }) => [precision, bytes, fit]), [["q4", null, null]]);
  });

  it("estimates a file that is not here from the model's shape", async () => {
    fake.files.models.push(NEW);
    const expected = estimateShape(
      { architecture: "", layers: 2, context: 2048, embedding: 8, feedForward: [16, 16], heads: [2, 2], kvHeads: [1, 1], keyLength: 4, valueLength: 4 },
      100, { contextSize: 256, sequences: 2, kvCacheType: "f16", embedding: false }, 625_000 + (100 * 8 * 5) / 8,
    );
    assert.equal((await of("new", "q4"))?.need_bytes, expected.total);
  });

  it("says how it fits: against free memory, with that of loaded models, and against the budget", async () => {
    const rows: Array<[need: number, free: number | null, budget: number, fit: string]> = [
      [5, 10, 100, "fits"], [50, 10, 100, "tight"], [50, null, 100, "fits"], [500, 10, 100, "too-big"],
    ];
    for (const [need, free, budget, fit] of rows) {
      [fake.planner.bytesEach, fake.planner.freeBytes, fake.planner.total] = [need, free, budget];
      assert.equal((await of("thinker", "fp16"))?.fit, fit, `${need} of ${free} free, ${budget} allowed`);
    }
    [fake.planner.bytesEach, fake.planner.freeBytes, fake.planner.total] = [50, 10, 100];
    await fake.call("POST", "/retort/load", { model: "chatty", precision: "int8" });
    assert.equal((await of("thinker", "fp16"))?.fit, "fits", "what a loaded model takes is given back");
  });

  it("shows a file of the user's own under its name", async () => {
    fake.files.stored.push({ ...fakeFile("file:/home/u/mine-Q8_0.gguf", "int8"), origin: "file:/home/u/mine-Q8_0.gguf" });
    assert.deepEqual((await offers()).models.map(({ id }) => id).slice(-1), ["mine"]);
    const { data } = (await (await fake.call("GET", "/v1/models")).json()) as { data: Array<{ id: string }> };
    assert.deepEqual(data.map(({ id }) => id).slice(0, 2), ["mine", "gpt-4o"]);
  });

  it("removes what is Retort's own, out of memory first, and forgets the choice of a precision", async () => {
    fake.files.stored.push({ ...fakeFile("chatty", "q4"), origin: "ollama:chatty" });
    await fake.call("POST", "/retort/precision", { model: "chatty", precision: "fp16" });
    const removed = (await (await fake.call("POST", "/retort/remove", { model: "chatty" })).json()) as Removed;
    assert.deepEqual(removed.removed.map(({ precision }) => precision), ["fp16", "int8"]);
    const status = (await (await fake.call("GET", "/retort/status")).json()) as { loaded: unknown[]; active_precision: object };
    assert.deepEqual([status.loaded, status.active_precision], [[], {}]);
    assert.deepEqual((await model("chatty")).precisions.filter(({ state }) => state === "installed").map(({ precision, removable }) => [precision, removable]), [["q4", false]]);
  });

  it("every model of the catalogue tells its shape, and every precision an estimate", async () => {
    const entries = loadCatalogue();
    fake.files.models.splice(0, fake.files.models.length, ...entries);
    fake.files.stored.length = 0;
    for (const { id, precisions } of (await offers()).models) {
      assert.ok(precisions.length > 0 && precisions.every(({ need_bytes, bytes }) => need_bytes !== null && bytes !== null && need_bytes > bytes), id);
    }
  });
});
