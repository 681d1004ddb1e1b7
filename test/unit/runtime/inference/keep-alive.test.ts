import assert from "node:assert/strict";

import { keepAliveOf } from "../../../../runtime/api/keep-alive.ts";
import type { RuntimeStatus } from "../../../../runtime/api/types.ts";
import { type FakeRuntime, startFakeRuntime } from "../fake-runtime.ts";

const CHAT = "/v1/chat/completions";
const ask = (over: object = {}): object => ({ model: "chatty", messages: [{ role: "user", content: "x" }], ...over });

describe("keep_alive", () => {
  for (const [given, ms] of [[0, 0], ["0", 0], [1.5, 1500], ["90", 90_000], ["250ms", 250], ["5m", 300_000], ["24h", 86_400_000], [-1, null], ["-5m", null], [undefined, undefined], ["999999999h", 2 ** 31 - 1]] as const) {
    it(`${JSON.stringify(given)} is ${ms} ms`, () => assert.equal(keepAliveOf({ keep_alive: given }), ms));
  }

  describe("of a runtime", () => {
    let fake: FakeRuntime;
    afterEach(() => fake.runtime.dispose());
    const loaded = async (): Promise<string[]> => ((await (await fake.call("GET", "/retort/status")).json()) as RuntimeStatus).loaded.map(({ model }) => model);
    const untilGone = async (): Promise<void> => {
      while ((await loaded()).length > 0) await new Promise((resolve) => setTimeout(resolve, 2));
    };

    it("0 in a request unloads the model after it, and the next request loads it again", async () => {
      fake = await startFakeRuntime();
      for (let round = 1; round <= 2; round++) {
        assert.equal((await fake.call("POST", CHAT, ask({ keep_alive: 0 }))).status, 200);
        await untilGone();
        assert.equal(fake.engine.unloads.length, round);
      }
    });

    it("a model that is used stays, however short its time", async () => {
      fake = await startFakeRuntime({ settings: { keepAliveMs: 1 } });
      fake.engine.options.tokenDelayMs = 10;
      assert.equal((await fake.call("POST", CHAT, ask())).status, 200);
      assert.equal(fake.engine.requests.length, 1);
      await untilGone();
      assert.deepEqual(fake.engine.unloads, ["chatty@int8"]);
    });

    it("a request's own time holds over the runtime's", async () => {
      fake = await startFakeRuntime({ settings: { keepAliveMs: 1 } });
      await (await fake.call("POST", CHAT, ask({ keep_alive: "1h" }))).text();
      await (await fake.call("POST", CHAT, { ...ask({ keep_alive: 0 }), model: "thinker" })).text();
      while ((await loaded()).includes("thinker")) await new Promise((resolve) => setTimeout(resolve, 2));
      assert.deepEqual(await loaded(), ["chatty"]);
    });

    it("holds for embeddings too", async () => {
      fake = await startFakeRuntime();
      assert.equal((await fake.call("POST", "/v1/embeddings", { model: "embedder", input: "x", keep_alive: 0 })).status, 200);
      await untilGone();
      assert.deepEqual(fake.engine.unloads, ["embedder@int8"]);
    });

    it("refuses a time that is none", async () => {
      fake = await startFakeRuntime();
      assert.equal((await fake.call("POST", CHAT, ask({ keep_alive: "soon" }))).status, 400);
    });
  });
});
