import assert from "node:assert/strict";
import { mkdtemp, open, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { ChatReply } from "../../runtime/client/replies.ts";
import { testEnv, testHome } from "../helpers/models.ts";
import { RealRuntime } from "../helpers/real-runtime.ts";

const LONG = "The river rises in the hills and runs through three towns. ".repeat(25);
const ROOM = 512 * 1024 * 1024;

describe("prefixes saved across restarts, with real weights", function () {
  this.timeout(120_000);
  let home: string;
  let folder: string;
  const logged: string[] = [];
  before(async () => {
    home = await mkdtemp(join(tmpdir(), "retort-saved-"));
    folder = join(home, "state", "prefixes");
  });
  after(() => rm(home, { recursive: true }));

  const life = async (work: (real: RealRuntime) => Promise<ChatReply>): Promise<ChatReply> => {
    const env = { ...testEnv(), RETORT_HOME: home, RETORT_MODELS: join(testHome(), "models") };
    const real = await RealRuntime.start({}, { env, settings: { savedPrefixBytes: ROOM }, log: (line) => logged.push(line) });
    return await work(real).finally(() => real.dispose());
  };
  const question = (real: RealRuntime): Promise<ChatReply> => real.ask(`${LONG}How many towns are there?`, { precision: "int8", max_tokens: 24 });
  const cachedTokens = (reply: ChatReply): number => reply.usage?.prompt_tokens_details.cached_tokens ?? Number.NaN;

  it("after a graceful end and a new start a long prompt is found, with the same answer", async () => {
    const cold = await life(question);
    const warm = await life(question);
    assert.equal(cachedTokens(cold), 0);
    assert.equal(cachedTokens(warm), (warm.usage?.prompt_tokens ?? 0) - 1);
    assert.ok(cachedTokens(warm) > 256);
    assert.equal(warm.answer, cold.answer);
    assert.deepEqual(logged, []);
  });

  it("a damaged file is left alone by native code: the prompt is evaluated, and the log says why", async () => {
    const [state = ""] = (await readdir(folder)).filter((name) => name.endsWith(".kv"));
    const file = await open(join(folder, state), "r+");
    await file.write(Buffer.alloc(64, 0xff), 0, 64, 0);
    await file.close();
    const reply = await life(question);
    assert.equal(cachedTokens(reply), 0);
    assert.match(logged.join(), /is not used, and removed/);
    assert.equal(cachedTokens(await life(question)), (reply.usage?.prompt_tokens ?? 0) - 1, "the next end has saved it again");
  });
});
