import assert from "node:assert/strict";
import { appendFileSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { FileHistory } from "../../../../kernel/jupyter/history.ts";
import { matchesGlob, queryHistory, type HistoryEntry } from "../../../../kernel/jupyter/history-query.ts";

const entries: HistoryEntry[] = [
  { session: 10, line: 1, input: "load a" },
  { session: 10, line: 2, input: "run" },
  { session: 20, line: 1, input: "load b", output: "B" },
  { session: 20, line: 2, input: "run" },
  { session: 20, line: 3, input: "load a" },
];
const inputs = (request: Record<string, unknown>) => queryHistory(entries, request, 20).map(([session, line]) => `${session}/${line}`);

describe("history query", () => {
  it("tail gives the last n", () => {
    assert.deepEqual(inputs({ hist_access_type: "tail", n: 2 }), ["20/2", "20/3"]);
    assert.deepEqual(inputs({ hist_access_type: "tail", n: 0 }), []);
    assert.equal(inputs({ hist_access_type: "tail" }).length, 5);
  });

  it("range counts sessions from the current one, and stops before stop", () => {
    assert.deepEqual(inputs({ hist_access_type: "range", session: 0, start: 1, stop: 3 }), ["20/1", "20/2"]);
    assert.deepEqual(inputs({ hist_access_type: "range", session: -1, start: 2 }), ["10/2"]);
    assert.deepEqual(inputs({ hist_access_type: "range", session: 10, start: 1, stop: 2 }), ["10/1"]);
    assert.deepEqual(inputs({ hist_access_type: "range", session: -9 }), []);
  });

  it("search matches whole cells, unique keeps the latest of each", () => {
    assert.deepEqual(inputs({ hist_access_type: "search", pattern: "load*" }), ["10/1", "20/1", "20/3"]);
    assert.deepEqual(inputs({ hist_access_type: "search", pattern: "load ?", unique: true }), ["20/1", "20/3"]);
    assert.deepEqual(inputs({ hist_access_type: "search", pattern: "load*", n: 1 }), ["20/3"]);
    assert.deepEqual(inputs({ hist_access_type: "search", pattern: "oad" }), []);
  });

  it("shows outputs where asked, and nothing for a kind it does not know", () => {
    assert.deepEqual(queryHistory(entries, { hist_access_type: "search", pattern: "load b", output: true }, 20), [[20, 1, ["load b", "B"]]]);
    assert.deepEqual(inputs({ hist_access_type: "guess" }), []);
  });

  it("globs agree with regular expressions, and a hostile one costs no more", () => {
    const part = fc.constantFrom("a", "b", "*", "?", ".");
    fc.assert(fc.property(fc.array(fc.constantFrom("a", "b", ".", "\n")), fc.array(part), (letters, parts) => {
      const expression = parts.map((one) => (one === "*" ? "[^]*" : one === "?" ? "[^]" : one === "." ? "\\." : one)).join("");
      assert.equal(matchesGlob(letters.join(""), parts.join("")), new RegExp(`^${expression}$`).test(letters.join("")));
    }));
    assert.equal(matchesGlob("a".repeat(3000), `${"*a".repeat(50)}b`), false);
  });
});

describe("history file", () => {
  let folder: string;
  const logged: string[] = [];
  const log = (line: string): void => void logged.push(line);
  const tail = { hist_access_type: "tail", n: 1000 };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "retort-history-"));
    logged.length = 0;
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("is there for the next kernel, readable by this user alone", async () => {
    const first = new FileHistory(folder, log);
    first.append(1, "one", undefined);
    first.append(2, "two", "2");
    await first.flush();
    const second = new FileHistory(folder, log);
    second.append(1, "three", undefined);
    assert.deepEqual((await second.query(tail)).map(([, line, input]) => `${line} ${String(input)}`), ["1 one", "2 two", "1 three"]);
    assert.deepEqual((await second.query({ hist_access_type: "range", session: -1, output: true }))[1]?.[2], ["two", "2"]);
    if (process.platform !== "win32") assert.equal(statSync(join(folder, "history.jsonl")).mode & 0o777, 0o600);
  });

  it("two kernels write at the same time and lose nothing, also while files are put aside", async () => {
    const kernels = [new FileHistory(folder, log, 20_000), new FileHistory(folder, log, 20_000)];
    for (let i = 1; i <= 200; i += 1) for (const kernel of kernels) kernel.append(i, `cell ${i} ${"x".repeat(60)}`, undefined);
    await Promise.all(kernels.map((kernel) => kernel.flush()));
    const rows = await new FileHistory(folder, log).query(tail);
    const expected = new Set(rows.map(([session]) => session));
    assert.equal(expected.size, 2);
    for (const session of expected) {
      const lines = rows.filter(([one]) => one === session).map(([, line]) => line);
      assert.equal(lines.at(-1), 200);
      assert.deepEqual(lines, lines.map((_, i) => (lines[0] ?? 0) + i), "no gap within what is kept");
    }
    assert.deepEqual(readdirSync(folder).sort(), ["history-old.jsonl", "history.jsonl"]);
    assert.ok(statSync(join(folder, "history.jsonl")).size < 30_000);
    assert.deepEqual(logged, []);
  });

  it("fault 42: a folder that cannot be written costs one line in the log; this session's cells are still known", async () => {
    const blocked = join(folder, "file");
    writeFileSync(blocked, "");
    const history = new FileHistory(blocked, log);
    history.append(1, "one", undefined);
    history.append(2, "two", undefined);
    assert.equal((await history.query(tail)).length, 2);
    assert.equal(logged.length, 1);
    assert.match(logged[0] ?? "", /not kept on disk/);
  });

  it("a line cut short by a crash does not hide the others", async () => {
    const history = new FileHistory(folder, log);
    history.append(1, "one", undefined);
    await history.flush();
    appendFileSync(join(folder, "history.jsonl"), '{"session":1,"li\n');
    appendFileSync(join(folder, "history.jsonl"), '{"session":1,"line":"x","input":5}\n');
    assert.equal((await new FileHistory(folder, log).query(tail)).length, 1);
  });
});
