import assert from "node:assert/strict";

import { countCores, physicalCores } from "../../../../runtime/engine/cores.ts";
import { kvCacheBytes } from "../../../../runtime/engine/kv-cache.ts";
import { explainChoice } from "../../../../runtime/engine/llama-host.ts";
import { processMemory, statusBytes } from "../../../../runtime/engine/process-memory.ts";

const CPUINFO = [
  ["0", "0"],
  ["0", "1"],
  ["0", "0"],
  ["0", "1"],
  ["1", "0"],
].map(([socket, core]) => `processor\t: 0\nphysical id\t: ${socket}\ncore id\t\t: ${core}`).join("\n\n");

describe("physical cores", () => {
  it("counts (socket, core) pairs, not hardware threads", () => assert.equal(countCores(CPUINFO), 3));
  it("knows when the file does not tell", () => assert.equal(countCores("processor\t: 0\nmodel name\t: ARM\n"), null));
  it("is at least one here", () => assert.ok(physicalCores() >= 1));
});

describe("process memory", () => {
  it("reads kB lines as bytes and misses nothing silently", () => {
    const status = "VmRSS:\t  20 kB\nRssAnon:\t   12 kB\nVmSwap:\t       3 kB\n";
    assert.equal(statusBytes(status, "RssAnon"), 12 * 1024);
    assert.equal(statusBytes(status, "VmSwap"), 3 * 1024);
    assert.equal(statusBytes(status, "RssFile"), null);
  });

  it("fault 38: reports swap beside resident memory on Linux, null elsewhere", async () => {
    const elsewhere = await processMemory("darwin");
    assert.ok(elsewhere.rss > 0);
    assert.deepEqual([elsewhere.rssAnon, elsewhere.swap], [null, null]);
    if (process.platform === "linux") assert.ok(((await processMemory()).rssAnon ?? 0) > 0);
  });
});

describe("KV cache size", () => {
  const smollm = { block_count: 30, embedding_length: 576, attention: { head_count: 9, head_count_kv: 3 } };
  it("follows from the shape", () => assert.equal(kvCacheBytes(smollm, 8192, "f16"), 188_743_680));
  it("is 17/32 with 8-bit values", () => assert.equal(kvCacheBytes(smollm, 8192, "q8_0"), (188_743_680 * 17) / 32));
  it("takes head counts per layer and explicit lengths", () =>
    assert.equal(kvCacheBytes({ block_count: 2, attention: { head_count: 4, head_count_kv: [1, 3], key_length: 10, value_length: 6 } }, 1, "f16"), 128));
  it("is 0 where the metadata is silent", () => assert.equal(kvCacheBytes({}, 100, "f16"), 0));
});

describe("why a back end is in use", () => {
  it("says it in one sentence for every case", () => {
    assert.match(explainChoice("auto", "cpu", ["cpu"]), /No GPU driver/);
    assert.match(explainChoice("auto", "cpu", ["vulkan", "cpu"]), /Vulkan .*do not work/);
    assert.match(explainChoice("auto", "cuda", ["cuda", "cpu"]), /CUDA is the best/);
    assert.match(explainChoice("cpu", "cpu", ["cuda", "cpu"]), /settings ask for the CPU/);
  });
});
