// Faults 63 to 69: every bad download ends with a coded error and a hint or recovers, and the next good one works.
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { RetortError } from "../../../../runtime/errors.ts";
import type { ModelEntry } from "../../../../runtime/models/model.ts";
import { HfSource, type HfOptions } from "../../../../runtime/models/sources/hf.ts";
import { ModelStore } from "../../../../runtime/models/store.ts";
import { fakeConvert, fakeGguf, inspectFake } from "../../../helpers/fake-gguf.ts";
import { HubServer, compressed, corrupted, cutAfter, cutThenChange, loginPage, redirectTo, redirectToCdn, serveFile, shorterBy, stallAfter, status, type Act } from "../../../helpers/hub-server.ts";

const SIZE = 300_000;
const CONTENT = fakeGguf("Q8_0", SIZE, 1);
const CHANGED = fakeGguf("Q8_0", SIZE, 2);
const TOKEN = "hf_secret";

const entry: ModelEntry = {
  id: "test-model", name: "Test", description: "For tests.", licence: "MIT", parameters: 1, context: 1, capabilities: ["chat"], profile: "plain-chat", aliases: [],
  sources: [{ uri: "hf:owner/repo/file.gguf", precision: "int8", quant: "Q8_0" }],
};

interface Row {
  title: string;
  hub?: Act[];
  cdn?: Act[];
  options?: Partial<HfOptions>;
  env?: NodeJS.ProcessEnv;
  /** Code of the error; none: the download succeeds. */
  code?: string;
  /** In the message or hint. */
  says?: RegExp;
  /** Requests to the file's host. */
  cdnRequests?: number;
  /** Pauses between attempts, ms. */
  waits?: number[];
  also?: (hub: HubServer, folder: string) => void;
}

const publicHub: Partial<HfOptions> = { lookup: async (host) => [host === "localhost" ? "203.0.113.7" : "127.0.0.1"] };
const rangesOf = (hub: HubServer): Array<string | undefined> => hub.requests.filter(({ path }) => path.startsWith("/cdn/")).map(({ headers }) => headers.range);

const rows: Row[] = [
  { title: "fault 63: 404", hub: [status(404)], code: "hub_not_found", says: /tree\/main/ },
  { title: "fault 63: 401 names HF_TOKEN and the licence page", hub: [status(401)], code: "hub_permission", says: /owner\/repo.*HF_TOKEN/ },
  { title: "fault 63: 403 gated", hub: [status(403)], env: { HF_TOKEN: TOKEN }, code: "hub_permission" },
  { title: "fault 63: 403 of the file's host", cdn: [status(403)], code: "hub_permission" },
  { title: "fault 63: 429 waits as long as Retry-After says", hub: [status(429, { "retry-after": "3" })], waits: [3000] },
  { title: "fault 63: 429 with a pause too long to wait for", hub: [status(429, { "retry-after": "7200" })], code: "rate_limited", says: /429/, waits: [] },
  { title: "fault 63: 429 without end", hub: Array.from({ length: 9 }, () => status(429, { "retry-after": "1" })), code: "rate_limited", waits: [1000, 1000, 1000, 1000, 1000] },
  { title: "fault 63: 5xx backs off, then works", hub: [status(503), status(500)], waits: [500, 1000] },
  { title: "fault 63: 5xx without end is given up", hub: Array.from({ length: 9 }, () => status(502)), code: "hub_error", waits: [500, 1000, 2000, 4000, 8000] },
  { title: "fault 63: redirect loop", hub: [redirectTo()], code: "redirect_refused", says: /more than 5/ },
  { title: "fault 63: redirect to file:", hub: [redirectTo("file:///etc/passwd")], code: "redirect_refused", says: /file:/ },
  { title: "fault 63: redirect from a public host to a private address", hub: [redirectTo("http://127.0.0.1:9/x")], options: publicHub, env: { HF_ENDPOINT: "http://localhost" }, code: "redirect_refused", says: /private address/ },
  { title: "fault 63: redirect from a public host to the metadata address", hub: [redirectTo("http://169.254.169.254/latest")], options: publicHub, env: { HF_ENDPOINT: "http://localhost" }, code: "redirect_refused" },
  { title: "fault 64: cut at 1 %", cdn: [cutAfter(SIZE / 100)], cdnRequests: 2, also: (hub) => assert.deepEqual(rangesOf(hub), [undefined, "bytes=3000-"]) },
  { title: "fault 64: cut at 50 %", cdn: [cutAfter(SIZE / 2)], cdnRequests: 2 },
  { title: "fault 64: cut at 99.9 %", cdn: [cutAfter(SIZE * 0.999)], cdnRequests: 2, also: (hub) => assert.deepEqual(rangesOf(hub), [undefined, "bytes=299700-"]) },
  { title: "fault 64: cut again and again", cdn: [cutAfter(1000), cutAfter(1000), cutAfter(1000)], cdnRequests: 4, waits: [500, 1000, 2000] },
  { title: "fault 64: the file changed meanwhile, so it starts again", cdn: [cutThenChange(SIZE / 2, CHANGED)], cdnRequests: 2 },
  { title: "fault 64: a range that starts elsewhere is not trusted", cdn: [cutAfter(1000), (_request, response, hub) => void response.writeHead(206, { etag: hub.etag, "content-range": `bytes 0-${SIZE - 1}/${SIZE}` }).end(hub.content)], cdnRequests: 2 },
  { title: "fault 64: no answer to the range: starts again", cdn: [cutAfter(1000), status(416)], cdnRequests: 3 },
  { title: "fault 64: a stalled transfer is cut and goes on", cdn: [stallAfter(1000)], options: { stallMs: 60 }, cdnRequests: 2 },
  { title: "fault 65: wrong length", cdn: [shorterBy(100)], code: "wrong_length", says: /299900.*300000/ },
  { title: "fault 65: a login page is not saved", cdn: [loginPage()], hub: [redirectToCdn({ "x-linked-size": "x" })], code: "not_gguf", says: /web page/, also: (_hub, folder) => assert.equal(readFileSync(join(folder, "test-model", "test-model-Q8_0.gguf.part"), "latin1"), "") },
  { title: "fault 65: compressed transfer", cdn: [compressed()], code: "compressed_transfer" },
  {
    title: "fault 66: wrong hash goes to quarantine",
    cdn: [corrupted()],
    code: "hash_mismatch",
    says: /quarantine/,
    also: (_hub, folder) => {
      assert.equal(readdirSync(join(folder, "quarantine")).length, 1);
      assert.deepEqual(readdirSync(join(folder, "test-model")).filter((name) => !name.endsWith(".json")), []);
    },
  },
  { title: "fault 67: no room on the disk is told before the transfer", hub: [redirectToCdn({ "x-linked-size": String(2 ** 52) })], cdn: [(_request, response) => void response.writeHead(200).end("GGUF")], code: "disk_full", says: /RETORT_MODELS/ },
  { title: "fault 68: an unreachable host behind a proxy variable", env: { HF_ENDPOINT: "http://127.0.0.1:2", HTTPS_PROXY: "http://user:pass@proxy:3128" }, code: "network_error", says: /HTTPS_PROXY is set/, waits: [] },
  { title: "fault 68: no TLS on the other side", env: { HF_ENDPOINT: "https" }, code: "tls_error", says: /NODE_EXTRA_CA_CERTS/, waits: [] },
];

describe("downloads", () => {
  let folder: string;
  let hub: HubServer;
  let waits: number[];

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "retort-pull-"));
    hub = await new HubServer(CONTENT).listen();
    waits = [];
  });
  afterEach(async () => {
    await hub.dispose();
    rmSync(folder, { recursive: true });
  });

  function storeWith(env: NodeJS.ProcessEnv = {}, options: Partial<HfOptions> = {}, models = folder): ModelStore {
    const sleep = async (ms: number): Promise<void> => void waits.push(ms);
    const source = new HfSource({ env: { HF_ENDPOINT: hub.url, ...env }, sleep, ...options });
    return new ModelStore({ folder: models, catalogue: [entry], sources: [source], finders: [], inspect: inspectFake, convert: fakeConvert() });
  }

  /** The row's endpoint with the port that only the running server knows. */
  function environment(env: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
    if (env.HF_ENDPOINT === "http://localhost") return { ...env, HF_ENDPOINT: `http://localhost:${hub.port}` };
    return env.HF_ENDPOINT === "https" ? { ...env, HF_ENDPOINT: `https://127.0.0.1:${hub.port}` } : env;
  }

  for (const row of rows) {
    it(row.title, async () => {
      hub.atHub.push(...(row.hub ?? []));
      hub.atCdn.push(...(row.cdn ?? []));
      const pulled = storeWith(environment(row.env), row.options).pull("test-model", { onProgress: ({ done }) => hub.received(done) });
      if (row.code === undefined) {
        const file = await pulled;
        assert.deepEqual(readFileSync(file.path), hub.content);
        assert.equal(file.sha256, hub.sha256);
      } else {
        const error = await rejection(pulled);
        assert.equal(error.code, row.code, error.message);
        assert.ok(error.hint, "a hint");
        assert.match(`${error.message} ${error.hint}`, row.says ?? /./);
        assert.doesNotMatch(`${error.message} ${error.hint}`, /hf_secret|user:pass/);
      }
      if (row.waits !== undefined) assert.deepEqual(waits, row.waits);
      if (row.cdnRequests !== undefined) assert.equal(rangesOf(hub).length, row.cdnRequests);
      row.also?.(hub, folder);
      hub.atHub.length = 0;
      hub.atCdn.length = 0;
      assert.deepEqual(readFileSync((await storeWith().pull("test-model")).path), hub.content, "the next good download works");
    });
  }

  it("fault 63: the token goes to the hub, never to another host or port", async () => {
    const other = await new HubServer(CONTENT).listen();
    hub.atHub.push(redirectToCdn({ location: `${other.url}/cdn/file.gguf` }));
    await storeWith({ HF_TOKEN: TOKEN }).pull("test-model");
    assert.equal(hub.requests[0]?.headers.authorization, `Bearer ${TOKEN}`);
    assert.equal(other.requests.length, 1);
    assert.equal(other.requests[0]?.headers.authorization, undefined);
    await other.dispose();
  });

  it("fault 64: a download that a new process goes on with", async () => {
    hub.atCdn.push(stallAfter(SIZE / 2));
    const abort = new AbortController();
    const cut = storeWith().pull("test-model", { signal: abort.signal, onProgress: ({ done }) => done >= SIZE / 2 && abort.abort() });
    assert.equal((await rejection(cut)).code, "cancelled");
    const file = await storeWith().pull("test-model");
    assert.deepEqual(readFileSync(file.path), CONTENT);
    assert.deepEqual(rangesOf(hub), [undefined, `bytes=${SIZE / 2}-`]);
    assert.deepEqual(readdirSync(join(folder, "test-model")).sort(), ["test-model-Q8_0.gguf", "test-model-Q8_0.json"]);
  });

  it("fault 66: a file that is no model, though its hash is right, goes to quarantine", async () => {
    hub.content = Buffer.from("GGUF but nothing else");
    assert.equal((await rejection(storeWith().pull("test-model"))).code, "gguf_bad_magic");
    assert.equal(readdirSync(join(folder, "quarantine")).length, 1);
    assert.deepEqual(await storeWith().installed(), []);
  });

  it("faults 44, 67: two downloads of one file: one transfer, both get it", async () => {
    const steps = new Set<string>();
    const both = await Promise.all([storeWith(), storeWith()].map((store) => store.pull("test-model", { onProgress: ({ step }) => void steps.add(step) })));
    assert.deepEqual(both[0], both[1]);
    assert.equal(rangesOf(hub).length, 1);
    assert.ok(steps.has("wait for another process"));
  });

  it("fault 67: the lock of a crashed download is taken over", async () => {
    const first = storeWith();
    await first.pull("test-model");
    await first.remove("test-model");
    writeFileSync(join(folder, "locks", "test-model.lock"), JSON.stringify({ pid: 2 ** 22 + 1, host: hostname(), started: "x", token: "t" }));
    assert.equal((await storeWith().pull("test-model")).sha256, hub.sha256);
  });

  it("fault 67: a path that is too long", async () => {
    const error = await rejection(storeWith({}, {}, join(folder, "x".repeat(300))).pull("test-model"));
    assert.equal(error.code, "path_too_long");
    assert.match(error.hint ?? "", /RETORT_MODELS/);
  });

  it("fault 68: --offline touches no network", async () => {
    const error = await rejection(storeWith().pull("test-model", { offline: true }));
    assert.equal(error.code, "offline");
    assert.deepEqual(hub.requests, []);
    await storeWith().pull("test-model");
    const before = hub.requests.length;
    assert.equal((await storeWith().pull("test-model", { offline: true })).sha256, hub.sha256);
    assert.equal(hub.requests.length, before);
  });

  for (const file of ["../evil.gguf", "C:/evil.gguf", "a/../../evil.gguf", "con.gguf", "NUL", "a\\b.gguf", "a//b.gguf", "x\u0000.gguf"]) {
    it(`fault 69: refuses hf:owner/repo/${JSON.stringify(file)}`, async () => {
      const source = new HfSource({ env: { HF_ENDPOINT: hub.url } });
      const to = join(folder, "x.part");
      const error = await rejection(source.fetch({ uri: `hf:owner/repo/${file}`, to, onProgress: () => undefined, signal: new AbortController().signal }));
      assert.equal(error.code, "bad_file_name");
      assert.deepEqual(hub.requests, []);
      assert.ok(!existsSync(to));
    });
  }

  it("goes on through a hub that answers without a redirect", async () => {
    hub.atHub.push(serveFile());
    assert.equal((await storeWith().pull("test-model")).sha256, hub.sha256);
  });
});

async function rejection(promise: Promise<unknown>): Promise<RetortError> {
  const error = await promise.then(() => assert.fail("it should have failed"), (caught: unknown) => caught);
  assert.ok(error instanceof RetortError, String(error));
  return error;
}
