import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";

import { auditCommand } from "../../../../kernel/cli/audit.ts";
import { logFiles } from "../../../../runtime/audit/audit-files.ts";
import { ChainWriter } from "../../../../runtime/audit/chain-writer.ts";
import { CapturedIo } from "../../../helpers/captured-io.ts";

const at = (hour: number): string => `2026-01-01T${String(hour).padStart(2, "0")}:00:00.000Z`;
const request = (over: object): Record<string, unknown> => ({ kind: "request", id: null, route: "/v1/chat/completions", client: "kernel", status: 200, ms: 5.25, model: "small", precision: "int8", error: null, generations: [], ...over });
const GENERATION = { prompt_sha256: "ab", answer_sha256: "cd", finish: "stop", prompt_tokens: 7, cached_tokens: 0, completion_tokens: 3, reasoning_tokens: 0, settings: { temperature: 0 }, timings: { ttft_ms: 2, e2e_ms: 5 } };

describe("retort audit", () => {
  let home: string;

  before(async () => {
    home = mkdtempSync(join(tmpdir(), "retort-audit-cli-"));
    const { writer } = await ChainWriter.open(join(home, "state", "audit"), 1e6);
    await writer.append([
      { time: at(1), fields: { kind: "start", version: "1", mode: "hash" } },
      { time: at(2), fields: request({ generations: [GENERATION, GENERATION] }) },
      { time: at(3), fields: request({ model: "=large", status: 404, error: "model_not_found" }) },
      { time: at(4), fields: request({ status: 429, error: "queue_full" }) },
    ]);
    await writer.saveHead();
    await writer.dispose();
  });

  after(() => rmSync(home, { recursive: true, force: true }));

  async function run(words: string, input = ""): Promise<{ code: number; out: string; err: string }> {
    const io = new CapturedIo();
    const code = await auditCommand(words.split(" "), { stdout: io.stdout, stderr: io.stderr, stdin: Readable.from([input]), env: { RETORT_HOME: home }, signal: new AbortController().signal });
    return { code, out: io.out, err: io.err };
  }

  it("verifies, and holds the log against a head noted before", async () => {
    const { code, out } = await run("verify");
    assert.equal(code, 0);
    assert.match(out, /4 records in 1 files[\s\S]*whole: every record is there/);
    const head = /head (\d+:[0-9a-f]{64})/.exec(out)?.[1] ?? "";
    assert.equal((await run(`verify --head ${head}`)).code, 0);
    const other = await run(`verify --head 4:${"0".repeat(64)}`);
    assert.deepEqual([other.code, /BROKEN/.test(other.out)], [1, true]);
  });

  for (const [filter, seqs] of [
    ["", [1, 2, 3, 4]], ["--status ok", [2]], ["--status failed", [3, 4]], ["--status 429", [4]], ["--status queue_full", [4]], ["--model small", [2, 4]],
    [`--since ${at(3)}`, [3, 4]], ["--until 2026-01-01T03:00Z", [1, 2]], ["--since 1m", []], ["--last 1", [4]],
  ] as const) {
    it(`shows records ${seqs.join(", ")} with ${filter || "no filter"}`, async () => {
      const { out } = await run(`show --json ${filter}`.trim());
      assert.deepEqual(out.trim().split("\n").filter((line) => line !== "").map((line) => (JSON.parse(line) as { seq: number }).seq), [...seqs]);
    });
  }

  it("shows a table for people", async () => {
    const { out } = await run("show");
    assert.match(out, /RECORD +TIME +ROUTE +CLIENT +MODEL +IN +OUT +MS +END\n/);
    assert.match(out, /1\/2 +2026-01-01T02:00:00\.000Z +\/v1\/chat\/completions +kernel +small int8 +14 +6 +5\.25 +stop\n/);
    assert.match(out, /1\/4 .* queue_full\n/);
  });

  it("exports lines that are those of the log, and CSV without formulas", async () => {
    const [file = ""] = await logFiles(join(home, "state", "audit", "1"));
    assert.equal((await run("export")).out, await readFile(file, "utf8"));
    const target = join(home, "out.csv");
    await run(`export --to ${target} --model =large`);
    const [header = "", line = ""] = (await readFile(target, "utf8")).split("\r\n");
    assert.deepEqual(header.split(",").slice(0, 3), ["chain", "seq", "time"]);
    assert.match(line, /^1,3,.*,model_not_found,'=large,int8,/);
  });

  for (const words of ["frobnicate", "show --since yesterday", "export --format xml", "verify --head 12", "prune", "show --last x"]) {
    it(`refuses ${words} with one line`, async () => {
      const { code, err } = await run(words);
      assert.deepEqual([code, err.trim().split("\n").length], [2, 1], err);
    });
  }

  it("asks before it prunes, and the rest verifies", async () => {
    const refused = await run(`prune --before ${at(3)}`, "n\n");
    assert.deepEqual([refused.code, refused.out], [1, "Nothing was removed.\n"]);
    assert.equal((await run(`prune --before ${at(3)}`)).code, 1);
    const done = await run(`prune --before ${at(3)}`, "y\n");
    assert.deepEqual([done.code, /2 records removed, up to record 2/.test(done.out)], [0, true]);
    const { code, out } = await run("verify");
    assert.deepEqual([code, /all records up to 2 were pruned/.test(out)], [0, true], out);
    assert.match((await run(`prune --yes --before ${at(1)}`)).out, /No record is older/);
  });

  it("names the first broken record and its line, and ends with 1", async () => {
    const [file = ""] = await logFiles(join(home, "state", "audit", "1"));
    await writeFile(file, (await readFile(file, "utf8")).replace("queue_full", "queue_fulL"));
    const { code, out } = await run("verify");
    assert.equal(code, 1);
    assert.match(out, /BROKEN at record 4, .*000001\.jsonl:2: /);
    assert.match((await run("show")).err, /does not hold/);
  });
});
