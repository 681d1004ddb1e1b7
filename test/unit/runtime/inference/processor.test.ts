import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hasAmx } from "../../../../runtime/inference/processor.ts";

describe("hasAmx", () => {
  const folder = mkdtempSync(join(tmpdir(), "retort-cpu-"));
  after(() => rmSync(folder, { recursive: true }));

  for (const [name, text, expected] of [
    ["with matrix instructions", "processor\t: 0\nflags\t\t: fpu avx512_bf16 amx_bf16 amx_tile amx_int8\n", true],
    ["without", "processor\t: 0\nflags\t\t: fpu avx2 fma\nbugs\t\t: amx_int8_that_is_none\n", false],
  ] as const) {
    it(`knows a processor ${name}`, async () => {
      const path = join(folder, name);
      writeFileSync(path, text);
      assert.equal(await hasAmx(path), expected);
    });
  }

  it("takes a machine that does not tell for one without", async () => {
    assert.equal(await hasAmx(join(folder, "nothing here")), false);
  });
});
