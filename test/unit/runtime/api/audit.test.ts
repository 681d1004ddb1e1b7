import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { RuntimeStatus } from "../../../../runtime/api/types.ts";
import { logFiles } from "../../../../runtime/audit/audit-files.ts";
import type { SealedRecord } from "../../../../runtime/audit/sealed-line.ts";
import { verifyChain } from "../../../../runtime/audit/verify.ts";
import { readConfig } from "../../../../runtime/config-file.ts";
import type { RuntimeSettings } from "../../../../runtime/serve.ts";
import { FakeEngine } from "../../../helpers/fake-engine.ts";
import { type FakeRuntime, startFakeRuntime } from "../fake-runtime.ts";
import { mkdir, writeFile } from "node:fs/promises";

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
const PROMPT = "My password: hunter2 and the question";
const chat = (over: object = {}): object => ({ model: "chatty", messages: [{ role: "user", content: PROMPT }], temperature: 0.5, seed: 3, ...over });

describe("audit log of a runtime", () => {
  let folder: string;
  let fake: FakeRuntime;

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  async function start(settings: Partial<RuntimeSettings>, engine = new FakeEngine({ reply: "Bearer abcdefghijklmnop is the answer" })): Promise<void> {
    folder = mkdtempSync(join(tmpdir(), "retort-audit-"));
    fake = await startFakeRuntime({ auditFolder: folder, settings }, engine);
  }

  async function ended(): Promise<SealedRecord[]> {
    await fake.runtime.dispose();
    const records: SealedRecord[] = [];
    const { broken } = await verifyChain(join(folder, "1"), (record) => records.push(record));
    assert.equal(broken, null);
    return records.filter(({ kind }) => kind === "request");
  }

  const generation = (record: SealedRecord | undefined): Record<string, unknown> => (record?.generations as Array<Record<string, unknown>>)[0] ?? {};

  it("keeps hashes of what was asked and answered, and no word of it", async () => {
    await start({ audit: "hash" });
    const reply = await (await fake.call("POST", "/v1/chat/completions", chat(), { "x-retort-client": "kernel" })).json() as { id: string; retort: { prompt_sha256: string }; choices: Array<{ message: { content: string } }> };
    const [record] = await ended();
    assert.deepEqual([record?.id, record?.route, record?.client, record?.status, record?.model, record?.precision, record?.error], [reply.id, "/v1/chat/completions", "kernel", 200, "chatty", "int8", null]);
    const { prompt_sha256, answer_sha256, finish, prompt_tokens, completion_tokens, settings, timings } = generation(record);
    assert.deepEqual([prompt_sha256, answer_sha256, finish], [reply.retort.prompt_sha256, sha256(reply.choices[0]?.message.content ?? ""), "stop"]);
    assert.ok(Number(prompt_tokens) > 0 && Number(completion_tokens) > 0);
    assert.equal((settings as Record<string, unknown>).temperature, 0.5);
    assert.ok((timings as { e2e_ms: number }).e2e_ms > 0);
    assert.match(String(record?.body_sha256), /^[0-9a-f]{64}$/);
    const text = await readFile((await logFiles(join(folder, "1")))[0] ?? "", "utf8");
    for (const word of ["hunter2", "question", "answer is", fake.runtime.token ?? "no token"]) assert.ok(!text.includes(word), word);
  });

  it("keeps full text without its secrets where that is chosen", async () => {
    await start({ audit: "full" });
    await (await fake.call("POST", "/v1/chat/completions", chat({ stream: true }))).text();
    await fake.call("POST", "/tokenize", { model: "chatty", content: `key ${fake.runtime.token}` });
    const [streamed, tokenized] = await ended();
    const { input, output } = streamed as unknown as { input: { messages: Array<{ content: string }> }; output: Array<{ answer: string }> };
    assert.equal(input.messages[0]?.content, "My password: [redacted] and the question");
    assert.equal(output[0]?.answer, "[redacted] is the answer");
    assert.equal((tokenized?.input as { content: string }).content, "key [redacted]");
    assert.match(String(tokenized?.output), /tokens/);
  });

  it("records what was refused, failed and given up", async () => {
    await start({ audit: "hash" }, new FakeEngine({ tokenDelayMs: 20, reply: "one two three four five six seven eight nine ten ".repeat(20) }));
    await fake.call("POST", "/v1/chat/completions", chat({ temperature: 99 }));
    await fake.call("POST", "/v1/chat/completions", chat({ model: "nobody" }));
    await fetch(`${fake.runtime.url}/v1/models?secret=1`, { headers: { authorization: "Bearer wrong" } });
    const abort = new AbortController();
    const gone = fetch(`${fake.runtime.url}/v1/chat/completions`, {
      method: "POST", body: JSON.stringify(chat({ stream: true })), signal: abort.signal,
      headers: { authorization: `Bearer ${fake.runtime.token}`, "content-type": "application/json" },
    });
    await (await gone).body?.getReader().read();
    abort.abort();
    await gone.catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 100));
    const records = await ended();
    assert.deepEqual(records.map(({ status, error, route }) => [status, error, route]), [
      [400, "invalid_request", "/v1/chat/completions"], [404, "model_not_found", "/v1/chat/completions"], [401, "invalid_api_key", "/v1/models"], [499, "cancelled", "/v1/chat/completions"],
    ]);
    assert.equal(generation(records[3]).finish, "cancelled");
  });

  it("says how it does in the status, and records neither looks nor leases", async () => {
    await start({ audit: "hash" });
    await fake.call("POST", "/retort/lease", {});
    const status = await (await fake.call("GET", "/retort/status")).json() as RuntimeStatus;
    assert.deepEqual([status.audit.mode, status.audit.state, status.audit.lost], ["hash", "on", 0]);
    assert.deepEqual(await ended(), []);
  });

  it("writes nothing where it is off", async () => {
    await start({ audit: "off" });
    const status = await (await fake.call("GET", "/retort/status")).json() as RuntimeStatus;
    assert.equal(status.audit.state, "off");
    await fake.call("POST", "/v1/chat/completions", chat());
    await fake.runtime.dispose();
    assert.deepEqual(await logFiles(join(folder, "1")), []);
  });
});

describe("readConfig", () => {
  const folder = mkdtempSync(join(tmpdir(), "retort-config-"));
  const paths = { models: "", state: "", config: join(folder, "config") };
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("is empty without a file", async () => {
    assert.deepEqual(await readConfig(paths), {});
  });

  for (const [text, expected] of [['{"audit": "full", "threads": 2, "offline": true}', { RETORT_AUDIT: "full", RETORT_THREADS: "2", RETORT_OFFLINE: "1" }], ["{", null], ["[]", null], ['{"speed": 1}', null], ['{"audit": null}', null]] as const) {
    it(`reads ${text}`, async () => {
      await mkdir(paths.config, { recursive: true });
      await writeFile(join(paths.config, "config.json"), text);
      if (expected === null) await assert.rejects(readConfig(paths), { code: "bad_setting" });
      else assert.deepEqual(await readConfig(paths), expected);
    });
  }
});
