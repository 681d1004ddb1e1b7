import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { type FakeRuntime, startFakeRuntime } from "../fake-runtime.ts";

const BODY = JSON.stringify({ model: "chatty", messages: [{ role: "user", content: "x" }] });

describe("the chat page's files", () => {
  let folder: string;
  let fake: FakeRuntime;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "retort-chat-page-"));
    await Promise.all(Object.entries({ "index.html": "<p>page</p>", "chat.js": "1", "style.css": "p{}", "icon.svg": "<svg/>", "notes.txt": "secret" }).map(([name, text]) => writeFile(join(folder, name), text)));
    fake = await startFakeRuntime({ pageFolder: folder });
  });
  after(async () => {
    await fake.runtime.dispose();
    await rm(folder, { recursive: true });
  });

  const get = (path: string, headers: Record<string, string> = {}): Promise<Response> => fetch(fake.runtime.url + path, { headers });
  const port = (): string => new URL(fake.runtime.url).port;

  it("the page needs no key, comes with a strict policy, and into no frame", async () => {
    const response = await get("/");
    assert.deepEqual([response.status, response.headers.get("content-type"), await response.text()], [200, "text/html; charset=utf-8", "<p>page</p>"]);
    const policy = response.headers.get("content-security-policy") ?? "";
    for (const part of ["default-src 'none'", "script-src 'self'", "connect-src 'self'", "frame-ancestors 'none'", "require-trusted-types-for 'script'"]) assert.ok(policy.includes(part), part);
    assert.ok(!/unsafe|https?:|\*/.test(policy), policy);
    assert.deepEqual(["x-content-type-options", "x-frame-options", "referrer-policy"].map((name) => response.headers.get(name)), ["nosniff", "DENY", "no-referrer"]);
  });

  for (const [name, type] of [["chat.js", "text/javascript; charset=utf-8"], ["style.css", "text/css; charset=utf-8"], ["icon.svg", "image/svg+xml"]] as const) {
    it(`${name} has its type`, async () => {
      const response = await get(`/chat/${name}`);
      assert.deepEqual([response.status, response.headers.get("content-type")], [200, type]);
    });
  }

  it("a file that has not changed is not sent again", async () => {
    const etag = (await get("/chat/chat.js")).headers.get("etag") ?? "";
    const again = await get("/chat/chat.js", { "if-none-match": etag });
    assert.deepEqual([again.status, await again.text()], [304, ""]);
  });

  for (const path of ["/chat/nothing.js", "/chat/notes.txt", "/chat/..%2f..%2fpackage.json", "/chat/%2e%2e/package.json", "/chat/", "/chat/a/b"]) {
    it(`${path} is not served`, async () => assert.ok([401, 404].includes((await get(path)).status)));
  }

  it("everything else still wants the key", async () => {
    assert.equal((await get("/v1/models")).status, 401);
    assert.equal((await fetch(`${fake.runtime.url}/`, { method: "POST", body: "{}" })).status, 401);
  });

  /** As a browser sends it: fetch of Node sets Host itself. */
  function post(headers: Record<string, string>): Promise<number> {
    return new Promise((resolve, reject) => {
      const sent = request({ port: Number(port()), host: "127.0.0.1", path: "/v1/chat/completions", method: "POST", headers: { authorization: `Bearer ${fake.runtime.token}`, "content-type": "application/json", ...headers } }, (response) => {
        response.resume();
        response.once("end", () => resolve(response.statusCode ?? 0));
      });
      sent.once("error", reject);
      sent.end(BODY);
    });
  }

  for (const [name, host, origin, status] of [
    ["the page itself", "127.0.0.1:PORT", "http://127.0.0.1:PORT", 200],
    ["the page under another name of this machine", "localhost:PORT", "http://localhost:PORT", 200],
    ["a page of another port", "127.0.0.1:PORT", "http://127.0.0.1:1", 403],
    ["a page of another name", "127.0.0.1:PORT", "http://localhost:PORT", 403],
    ["a stranger's page", "127.0.0.1:PORT", "https://evil.example", 403],
    ["a stranger's page under its own name", "evil.example", "http://evil.example", 403],
    ["a page without an origin", "127.0.0.1:PORT", "null", 403],
    ["a name that only begins alike", "127.0.0.1:PORT", "http://127.0.0.1:PORT.evil.example", 403],
    ["an extension", "127.0.0.1:PORT", "chrome-extension://127.0.0.1:PORT", 403],
  ] as const) it(`fault 15: ${name} ${status === 200 ? "may" : "may not"} call`, async () => assert.equal(await post({ host: host.replace("PORT", port()), origin: origin.replace("PORT", port()) }), status));

  it("an installation without the page says so at /", async () => {
    const without = await startFakeRuntime({ pageFolder: join(folder, "missing") });
    const response = await fetch(`${without.runtime.url}/`);
    assert.equal(response.status, 200);
    assert.match(await response.text(), /without the chat page/);
    assert.equal((await fetch(`${without.runtime.url}/chat/chat.js`)).status, 404);
    await without.runtime.dispose();
  });
});

describe("a chat stream with counts", () => {
  it("says with each chunk how many tokens there are so far", async () => {
    const fake = await startFakeRuntime();
    const response = await fake.call("POST", "/v1/chat/completions", { model: "chatty", messages: [{ role: "user", content: "x" }], stream: true, stream_options: { continuous_usage_stats: true } });
    const chunks = (await response.text()).split("\n\n").filter((event) => event.startsWith("data: {")).map((event) => JSON.parse(event.slice(6)) as { usage?: { prompt_tokens: number; completion_tokens: number; total_tokens: number }; timings?: unknown });
    await fake.runtime.dispose();
    const counts = chunks.flatMap(({ usage }) => (usage === undefined ? [] : [usage.completion_tokens]));
    assert.deepEqual([counts[0], counts.at(-1)], [1, 4]);
    assert.deepEqual(counts, [...counts].sort((a, b) => a - b));
    const { usage, timings } = chunks.at(-1) ?? assert.fail();
    assert.ok(timings !== undefined && usage !== undefined && usage.total_tokens === usage.prompt_tokens + 4);
  });
});
