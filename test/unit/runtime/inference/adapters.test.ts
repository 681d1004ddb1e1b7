import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { ModelCard, RuntimeStatus } from "../../../../runtime/api/types.ts";
import { FakeEngine } from "../../../helpers/fake-engine.ts";
import { writeLora } from "../../../helpers/lora-gguf.ts";
import { writeTinyGguf } from "../../../helpers/tiny-gguf.ts";
import { CHAT_MODEL, type FakeRuntime, startFakeRuntime } from "../fake-runtime.ts";

interface Reply {
  model: string;
  choices: Array<{ message: { content: string } }>;
  usage: { prompt_tokens_details: { cached_tokens: number } };
  retort: { model: string; lora?: Array<{ name: string; scale: number; file_sha256: string }> };
  error?: { code: string; message: string; param: string | null };
}

describe("adapters of requests", () => {
  let folder: string;
  let base: string;
  let fake: FakeRuntime;
  const engine = (): FakeEngine => fake.engine;
  const names = ["tone", "terse", "wrong"] as const;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "retort-lora-use-"));
    base = await writeTinyGguf(join(folder, "base.gguf"));
    for (const [seed, name] of names.entries()) {
      await writeLora(join(folder, `${name}.gguf`), base, { seed, entries: name === "wrong" ? { "general.architecture": ["string", "qwen2"] } : { "fim.tokens": name === "terse" ? ["array", { of: "int32", items: [3, 4, 5, 6] }] : null } });
    }
  });
  after(() => rm(folder, { recursive: true }));

  beforeEach(async () => {
    fake = await startFakeRuntime({ models: ["chatty"], adapters: names.map((name) => ({ name, path: join(folder, `${name}.gguf`) })) }, new FakeEngine({ reply: (_prompt, request) => `From ${request.handle} .` }));
    for (const file of fake.files.stored) file.path = base;
  });
  afterEach(() => fake.runtime.dispose());

  const post = async (path: string, body: object): Promise<{ status: number; body: Reply }> => {
    const response = await fake.call("POST", path, body);
    return { status: response.status, body: (await response.json()) as Reply };
  };
  const chat = (over: object): ReturnType<typeof post> => post("/v1/chat/completions", { model: "chatty", messages: [{ role: "user", content: "one two three four five six" }], ...over });
  const loaded = async (): Promise<RuntimeStatus["loaded"]> => ((await (await fake.call("GET", "/retort/status")).json()) as RuntimeStatus).loaded;

  it("a request names them by number or name, and its reply says which, how strongly and from which file", async () => {
    const { body } = await chat({ lora: [{ id: 0, scale: 0.5 }] });
    assert.deepEqual(body.retort.lora?.map(({ name, scale, file_sha256: hash }) => [name, scale, hash.length]), [["tone", 0.5, 64]]);
    assert.deepEqual(engine().loads.map(({ handle, sequences, lora }) => [handle, sequences, lora?.map(({ scale }) => scale)]), [["chatty@int8", 2, undefined], ["chatty@int8+tone:0.5", 2, [0.5]]]);
    assert.equal((await chat({ lora: [{ id: "terse" }, { id: "tone" }] })).body.retort.lora?.length, 2);
    assert.equal((await chat({ lora: [{ id: "tone" }, { id: "terse" }] })).status, 200);
    assert.equal(engine().loads.length, 3, "the order does not matter");
    const none = await chat({ lora: [{ id: "tone", scale: 0 }] });
    assert.deepEqual([none.body.retort.lora, engine().requests.at(-1)?.handle], [undefined, "chatty@int8"]);
  });

  it("a prefix that was cached with one adapter is not counted without it, nor at another scale", async () => {
    const cached = async (over: object): Promise<number> => (await chat(over)).body.usage.prompt_tokens_details.cached_tokens;
    assert.equal(await cached({}), 0);
    assert.equal(await cached({ lora: [{ id: 0 }] }), 0);
    assert.equal(await cached({ lora: [{ id: 0, scale: 2 }] }), 0);
    assert.ok((await cached({ lora: [{ id: 0 }] })) > 3);
    assert.ok((await cached({})) > 3);
  });

  it("each is a model of its own, over the default one", async () => {
    const { data } = (await (await fake.call("GET", "/v1/models")).json()) as { data: ModelCard[] };
    assert.deepEqual(data.filter(({ parent }) => parent !== undefined).map(({ id, parent }) => [id, parent]), names.map((name) => [name, "chatty"]));
    const { body } = await post("/v1/chat/completions", { model: "tone", messages: [{ role: "user", content: "Hi" }] });
    assert.deepEqual([body.model, body.retort.model, body.retort.lora?.[0]?.name], ["tone", "chatty", "tone"]);
    assert.equal((await post("/v1/completions", { model: "tone", prompt: "Hi", lora: [{ id: "tone", scale: 0 }] })).body.retort.lora, undefined);
    assert.equal((await post("/v1/responses", { model: "tone", input: "Hi" })).body.retort.lora?.[0]?.scale, 1);
    assert.equal((await post("/retort/score", { model: "tone", text: "one two three" })).status, 200);
    assert.deepEqual([(await post("/v1/embeddings", { model: "tone", input: "Hi", last_state: true })).body.error?.code, (await post("/retort/remove", { model: "tone" })).body.error?.code], ["adapter_model", "adapter_model"]);
    assert.match((await post("/v1/chat/completions", { model: "nobody", messages: [{ role: "user", content: "Hi" }] })).body.error?.message ?? "", /tone/);
  });

  it("GET /lora-adapters lists them without their folders", async () => {
    assert.deepEqual(await (await fake.call("GET", "/lora-adapters")).json(), names.map((name, id) => ({ id, name, path: `${name}.gguf`, scale: 0 })));
    assert.equal((await fake.call("POST", "/lora-adapters", [])).status, 405);
  });

  it("an adapter with markers lets a model fill in the middle that could not", async () => {
    const fill = { input_prefix: "a", input_suffix: "b" };
    assert.equal((await post("/infill", { model: "chatty", ...fill })).body.error?.code, "model_lacks_capability");
    assert.equal((await post("/infill", { model: "chatty", lora: [{ id: "tone" }], ...fill })).status, 400);
    for (const over of [{ model: "terse" }, { model: "chatty", lora: [{ id: "terse" }] }]) {
      assert.equal((await post("/infill", { ...over, ...fill })).status, 200);
      const tokens = [...(engine().requests.at(-1)?.tokens ?? [])];
      assert.deepEqual([tokens[0], tokens.includes(4), tokens.at(-1)], [3, true, 5]);
    }
  });

  it("refuses what cannot be used, with a code", async () => {
    const refused: Array<[over: object, status: number, code: string, message: RegExp]> = [
      [{ lora: [{ id: "nobody" }] }, 404, "adapter_not_found", /0 tone, 1 terse, 2 wrong/],
      [{ lora: [{ id: 3 }] }, 404, "adapter_not_found", /adapter 3/],
      [{ lora: [{ id: "wrong" }] }, 400, "adapter_mismatch", /architecture/],
      [{ lora: [{ id: 0, scale: 10.5 }] }, 400, "invalid_request", /10/],
      [{ lora: [{ id: 0, scale: "1" }] }, 400, "invalid_request", /scale/],
      [{ lora: [{ id: 0, path: "/etc/passwd" }] }, 400, "field_refused", /path/],
    ];
    for (const [over, status, code, message] of refused) {
      const reply = await chat(over);
      assert.deepEqual([reply.status, reply.body.error?.code], [status, code], JSON.stringify(over));
      assert.match(reply.body.error?.message ?? "", message);
    }
    assert.equal((await chat({})).status, 200);
  });

  it("fault 32: a file that was replaced while the server runs is not loaded", async () => {
    const path = join(folder, "terse.gguf");
    await writeLora(path, base, { seed: 99, rank: 8 });
    assert.equal((await chat({ lora: [{ id: "terse" }] })).body.error?.code, "adapter_changed");
    await writeLora(path, base, { seed: 1, entries: { "fim.tokens": ["array", { of: "int32", items: [3, 4, 5, 6] }] } });
  });

  it("only a few contexts are kept, the oldest goes first, and the model's own stays", async () => {
    for (const scale of [1, 2, 3, 4, 5]) await chat({ lora: [{ id: 0, scale }] });
    assert.deepEqual(engine().unloads, ["chatty@int8+tone:1"]);
    assert.deepEqual((await loaded()).flatMap(({ adapted = [] }) => adapted.flatMap(({ lora }) => lora.map(({ scale }) => scale))), [2, 3, 4, 5]);
    assert.ok(engine().handles.includes("chatty@int8"));
  });

  it("a context counts in the memory plan, and goes before the model that it is on", async () => {
    const size = (await loaded()).length;
    assert.equal(size, 0);
    await chat({ lora: [{ id: 0 }] });
    fake.planner.total = 1;
    await post("/v1/chat/completions", { model: "thinker", messages: [{ role: "user", content: "Hi" }] });
    assert.deepEqual(engine().unloads, ["chatty@int8+tone:1", "chatty@int8"]);
    assert.equal((await chat({ lora: [{ id: 0 }] })).body.error?.code, "no_memory");
  });

  it("unloading a model waits for its adapters' requests; by the adapter's name only its contexts go", async () => {
    await chat({ lora: [{ id: 0 }] });
    await post("/retort/unload", { model: "tone" });
    assert.deepEqual(engine().unloads, ["chatty@int8+tone:1"]);
    engine().options = { tokenDelayMs: 60, reply: "a b c d e f" };
    const running = chat({ lora: [{ id: 0 }] });
    while (!(await loaded()).some(({ adapted, active }) => active === 0 && adapted?.[0]?.active === 1)) await new Promise((resolve) => setTimeout(resolve, 2));
    await post("/retort/unload", { model: "chatty" });
    assert.equal((await running).body.choices[0]?.message.content, "a b c d e f");
    assert.deepEqual(engine().handles, []);
  });

  it("a model stays while its adapters are used, and both leave when the time is over", async () => {
    engine().options = { tokenDelayMs: 10, reply: "a b c d e f" };
    await chat({ keep_alive: "1s" });
    const reply = await chat({ lora: [{ id: 0 }], keep_alive: 0 });
    assert.equal(reply.body.choices[0]?.message.content, "a b c d e f");
    while (engine().handles.length > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    assert.deepEqual(engine().unloads, ["chatty@int8+tone:1", "chatty@int8"]);
  });

  it("a wrong file or a taken name is told at the start", async () => {
    await assert.rejects(startFakeRuntime({ adapters: [{ name: "tone", path: base }] }), { code: "bad_adapter" });
    await assert.rejects(startFakeRuntime({ adapters: [{ name: "tone", path: join(folder, "none.gguf") }] }), { code: "gguf_not_found" });
    await assert.rejects(startFakeRuntime({ adapters: [{ name: "coder", path: join(folder, "tone.gguf") }] }), { code: "bad_setting" });
  });

  it("an entry of the catalogue may be a model with an adapter: it is loaded by default, on the base's files", async () => {
    fake.files.models.push({ ...CHAT_MODEL, id: "chatty-fim", aliases: [], base: "chatty", adapter: { file: join(folder, "terse.gguf"), scale: 0.5 } });
    const { body } = await post("/v1/chat/completions", { model: "chatty-fim", messages: [{ role: "user", content: "Hi" }] });
    assert.deepEqual([body.retort.model, body.retort.lora?.map(({ name, scale }) => [name, scale])], ["chatty", [["chatty-fim", 0.5]]]);
    assert.equal((await post("/infill", { model: "chatty-fim", input_prefix: "a", input_suffix: "b" })).status, 200);
    assert.equal((await post("/retort/load", { model: "chatty-fim" })).status, 200);
    assert.deepEqual(engine().loads.map(({ handle }) => handle), ["chatty@int8", "chatty@int8+chatty-fim:0.5"]);
    const { data } = (await (await fake.call("GET", "/v1/models")).json()) as { data: ModelCard[] };
    assert.equal(data.find(({ id }) => id === "chatty-fim")?.parent, "chatty");
  });
});
