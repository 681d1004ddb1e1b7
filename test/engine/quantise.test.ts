import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { convertGguf } from "../../runtime/models/convert.ts";
import type { GgufArray } from "../../runtime/models/gguf/gguf.ts";
import { readGguf } from "../../runtime/models/gguf/read.ts";
import { smollm2 } from "../helpers/models.ts";
import { pythonPath } from "../helpers/python.ts";

const run = promisify(execFile);
const MEMORY_LIMIT = 300e6;
const CANCEL_MS = 200;
const MAX_OUTPUT = 64 * 1024 * 1024;

interface Reference {
  differing: string[];
  metadata: Record<string, unknown>;
  tensors: Array<[name: string, type: string, shape: number[], offset: number, bytes: number]>;
}

describe("conversion of the real SmolLM2", function () {
  this.timeout(300_000);
  let folder: string;
  let source: string;
  let files: { fp16: string; int8: string; int8OfFp16: string };
  let reference: Reference;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "retort-quantise-"));
    source = await smollm2("q4");
    files = { fp16: join(folder, "fp16.gguf"), int8: join(folder, "int8.gguf"), int8OfFp16: join(folder, "int8-of-fp16.gguf") };
    await convertGguf({ from: source, to: files.fp16, precision: "fp16" });
    await convertGguf({ from: source, to: files.int8, precision: "int8" });
    await convertGguf({ from: files.fp16, to: files.int8OfFp16, precision: "int8" });
    const script = fileURLToPath(new URL("quantise_reference.py", import.meta.url));
    const { stdout } = await run(pythonPath(), [script, source, files.fp16, files.int8, files.int8OfFp16], { maxBuffer: MAX_OUTPUT });
    reference = JSON.parse(stdout) as Reference;
  });
  after(() => rm(folder, { recursive: true }));

  it("gives every tensor the bytes that the gguf package gives it, F16 and Q8_0", () => {
    assert.deepEqual(reference.differing, []);
  });

  it("reads the same metadata and tensor table as the gguf package", async () => {
    const file = await readGguf(source);
    const metadata = Object.fromEntries([...file.metadata].map(([key, { data }]) => [key, typeof data === "object" ? (data as GgufArray).items : data]));
    assert.deepEqual(metadata, reference.metadata);
    assert.deepEqual(file.tensors.map(({ name, typeName, dims, offset, bytes }) => [name, typeName, dims, offset, bytes]), reference.tensors);
  });

  it("stays under 300 MB of memory, the whole process included", async () => {
    const child = fileURLToPath(new URL("convert-child.ts", import.meta.url));
    const { stdout } = await run(process.execPath, ["--import", "tsx", child, files.fp16, join(folder, "child.gguf")]);
    assert.ok(Number(stdout) < MEMORY_LIMIT, `${stdout.trim()} bytes`);
  });

  it("leaves the caller's event loop free", async () => {
    const delay = monitorEventLoopDelay({ resolution: 10 });
    delay.enable();
    await convertGguf({ from: files.fp16, to: join(folder, "loop.gguf"), precision: "int8" });
    delay.disable();
    assert.ok(delay.percentile(50) < 50e6, `median loop delay ${delay.percentile(50) / 1e6} ms`);
  });

  it("is cancelled within 200 ms at any point, and leaves nothing behind", async () => {
    for (const share of [0, 0.3, 0.9]) {
      const controller = new AbortController();
      let aborted = 0;
      const stop = (): void => {
        aborted = performance.now();
        controller.abort();
      };
      const to = join(folder, "cancelled.gguf");
      const onProgress = ({ done, total }: { done: number; total: number | null }): void => {
        if (aborted === 0 && total !== null && done / total >= share) stop();
      };
      await assert.rejects(convertGguf({ from: files.fp16, to, precision: "int8", signal: controller.signal, onProgress }), { code: "cancelled" });
      const took = performance.now() - aborted;
      assert.ok(took < CANCEL_MS, `${took} ms at ${share}`);
    }
    assert.deepEqual((await readdir(folder)).filter((name) => name.startsWith("cancelled")), []);
  });
});
