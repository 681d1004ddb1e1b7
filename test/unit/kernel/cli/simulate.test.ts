import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { simulateCommand } from "../../../../kernel/cli/simulate.ts";
import { CapturedIo } from "../../../helpers/captured-io.ts";

async function run(...args: string[]) {
  const io = new CapturedIo();
  const code = await simulateCommand(args, { stdout: io.stdout, stderr: io.stderr, env: {}, signal: new AbortController().signal });
  return { code, out: io.out, err: io.err };
}

describe("retort simulate", () => {
  it("names the number that is needed, between what fewer and one more would give", async () => {
    const { code, out } = await run("--measured", "1=2", "--clients", "8", "--limit-ms", "1500");
    assert.equal(code, 0);
    assert.match(out, /Needed: 3 replicas/);
    assert.deepEqual(out.trim().split("\n").slice(0, 5).map((line) => line.split(/ {2,}/).map((cell) => cell.trim()).filter((cell) => cell !== "")), [
      ["replicas", "req/s", "used", "mean", "p95", "enough"],
      ["1", "2.00", "100 %", "4000 ms", "–", "no"], ["2", "4.00", "100 %", "2000 ms", "–", "no"],
      ["3", "6.00", "100 %", "1333 ms", "–", "yes"], ["4", "8.00", "100 %", "1000 ms", "–", "yes"],
    ]);
  });

  it("says that no number helps where one request alone takes longer than the limit", async () => {
    const { code, out } = await run("--measured", "1=2", "--rate", "1", "--limit-ms", "400");
    assert.equal(code, 1);
    assert.match(out, /No number of replicas keeps 400 ms: one request alone takes 500 ms/);
  });

  it("tells of a given number only, as JSON", async () => {
    const { code, out } = await run("--measured", "1=2", "--rate", "3", "--replicas", "1", "--json");
    assert.equal(code, 1);
    assert.deepEqual((JSON.parse(out) as { estimates: Array<{ used: number; meanMs: null }> }).estimates.map(({ used, meanMs }) => [used, meanMs]), [[1.5, null]]);
  });

  it("reads what `retort bench --json` wrote", async () => {
    const folder = await mkdtemp(join(tmpdir(), "retort-simulate-"));
    const file = join(folder, "bench.json");
    await writeFile(file, JSON.stringify({ corners: [{ concurrency: 4, req_min: 120 }, { concurrency: 1, req_min: 60 }, { concurrency: 8, req_min: null }] }));
    assert.match((await run("--bench", file, "--clients", "8", "--replicas", "2")).out, /2 +4\.00 +100 % +2000 ms/);
    await writeFile(file, "[]");
    await assert.rejects(run("--bench", file, "--clients", "8"), { code: "bad_file" });
    await assert.rejects(run("--bench", join(folder, "none"), "--clients", "8"), { code: "bad_file", message: /ENOENT/ });
    await rm(folder, { recursive: true });
  });

  for (const [args, says] of [
    [["--clients", "1"], /--measured or --bench/],
    [["--measured", "1=2"], /--rate or --clients/],
    [["--measured", "1=2", "--rate", "1", "--clients", "1"], /--rate or --clients/],
    [["--measured", "0=2", "--rate", "1"], /--measured/],
    [["--measured", "1=0", "--rate", "1"], /--measured/],
    [["--measured", "one", "--rate", "1"], /--measured/],
    [["--measured", "1=2", "--rate", "none"], /--rate/],
    [["--measured", "1=2", "--rate", "1", "--most", "2"], /--most/],
  ] as const) {
    it(`refuses ${args.join(" ")} in one line`, async () => {
      const { code, err } = await run(...args);
      assert.equal(code, 2);
      assert.match(err, says);
      assert.equal(err.trim().split("\n").length, 1);
    });
  }
});
