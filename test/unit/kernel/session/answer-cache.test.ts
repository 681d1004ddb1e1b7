import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AnswerCache } from "../../../../kernel/session/answer-cache.ts";
import { FakeModel } from "../../../helpers/fake-model.ts";
import { errorOf, Notebook } from "../../../helpers/notebook.ts";

let folder: string;
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), "retort-cache-")); });
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const numbered = () => { let n = 0; return new FakeModel(() => ({ answer: `answer ${++n}` })); };
const source = (keys: string) => `---\nname: c\nwarmup: 0\n${keys}\n---\nHi`;

describe("cache: on", () => {
  it("gives an answer of an earlier cell, in another kernel too, marked and without times", async () => {
    const keys = "cache: on\nruns: 2\nseed: 5";
    await new Notebook(numbered(), { folder }).run(source(keys));
    const model = numbered();
    const notebook = new Notebook(model, { folder });
    const cell = await notebook.run(source(keys));
    assert.equal(model.requests.length, 0);
    assert.equal((await notebook.session.evaluate("c.runs | map: 'answer' | join: ', '"))["text/plain"], "answer 1, answer 2");
    assert.equal((await notebook.session.evaluate("c.stats.ttft_ms.n"))["text/plain"], "0");
    assert.equal((await notebook.session.evaluate("c.runs[0].source"))["text/plain"], "cache");
    assert.match(cell.settledData("text/plain").join("\n"), /2 of 2 answers came from the answer cache/);
  });

  it("is off unless it is asked for", async () => {
    const model = numbered();
    const notebook = new Notebook(model, { folder });
    await notebook.run(source("seed: 5"));
    await notebook.run(source("seed: 5\ncache: on"));
    await notebook.run(source("seed: 5"));
    assert.equal(model.requests.length, 3);
  });

  const different: Array<[string, string]> = [["seed", "seed: 6"], ["temperature", "seed: 5\ntemperature: 0.3"], ["precision", "seed: 5\nprecision: fp16"], ["model", "seed: 5\nmodel: other"], ["format", "seed: 5\noutput: json"]];
  for (const [title, keys] of different) {
    it(`another ${title} is another answer`, async () => {
      const model = numbered();
      const notebook = new Notebook(model, { folder });
      await notebook.run(source("seed: 5\ncache: on"));
      await notebook.run(source(`${keys}\ncache: on`));
      assert.equal(model.requests.length, 2);
    });
  }

  it("another model file under the same name is another answer", async () => {
    const model = numbered();
    const notebook = new Notebook(model, { folder });
    await notebook.run(source("seed: 5\ncache: on"));
    const connection = await notebook.access.connect();
    const load = connection.runtime.load.bind(connection.runtime);
    connection.runtime.load = async (...args) => ({ ...await load(...args), file_sha256: "ef".repeat(32) });
    await notebook.run(source("seed: 5\ncache: on"));
    assert.equal(model.requests.length, 2);
  });

  it("never answers one run with another of the same cell", async () => {
    const model = numbered();
    const notebook = new Notebook(model, { folder });
    const same = "cache: on\nseed: 5\ndata: [{ a: 1 }, { a: 2 }, { a: 3 }]";
    await notebook.run(source(same));
    assert.equal(model.requests.length, 3, "three rows that ask the very same");
    await notebook.run(source(same));
    assert.equal(model.requests.length, 5, "only one of them may have the answer that is kept");
  });

  it("keeps nothing of an answer that was drawn without a seed, and warns", async () => {
    const model = numbered();
    const notebook = new Notebook(model, { folder });
    const first = await notebook.run(source("cache: on"));
    await notebook.run(source("cache: on"));
    assert.equal(model.requests.length, 2);
    assert.match(first.settledData("text/plain").join("\n"), /Without a `seed`/);
  });

  it("is refused where the server does not say which file answers", async () => {
    const notebook = new Notebook(numbered(), { folder });
    const connection = await notebook.access.connect();
    Object.assign(connection.runtime, { local: false });
    assert.equal(errorOf((await notebook.run(source("seed: 5\ncache: on"))).outcome).ename, "CacheUnavailable");
  });

  it("a damaged entry is no entry", async () => {
    const model = numbered();
    const notebook = new Notebook(model, { folder });
    await notebook.run(source("seed: 5\ncache: on"));
    const cache = join(folder, "state", "answers");
    for (const group of readdirSync(cache)) for (const name of readdirSync(join(cache, group))) writeFileSync(join(cache, group, name), '{"answer": 3');
    await notebook.run(source("seed: 5\ncache: on"));
    assert.equal(model.requests.length, 2);
  });
});

describe("AnswerCache", () => {
  it("has a bound: what was not used for longest goes", async () => {
    const reply = await new FakeModel({ answer: "x".repeat(1000) }).ask({ messages: [] }, () => undefined, new AbortController().signal);
    const cache = new AnswerCache(join(folder, "answers"), 5000);
    for (let n = 0; n < 4; n++) {
      const key = String(n).repeat(64);
      await cache.store(key, reply);
      utimesSync(join(folder, "answers", key.slice(0, 2), `${key}.json`), 1000 + n, 1000 + n);
    }
    assert.ok((await cache.find("0".repeat(64))) !== null, "a use makes it young");
    assert.equal((await cache.size()).answers, 4);
    const gone = await cache.trim();
    assert.ok(gone >= 1 && (await cache.size()).bytes <= 5000);
    assert.ok((await cache.find("0".repeat(64))) !== null);
    assert.equal(await cache.find("1".repeat(64)), null);
    await cache.clear();
    assert.deepEqual(await cache.size(), { answers: 0, bytes: 0 });
  });
});
