// `npm run bench:carry -- [--backend vulkan|cuda|cpu] [--node PATH] [--out FILE] [--no-sources]`: packs the benchmarks for a
// machine without Node and network. docs/benchmark.md says what to do there.
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { packageRoot } from "../../../runtime/entry.ts";
import { CARRY_BACKENDS, type CarryBackend } from "./backend.ts";
import { packCarry, stageCarry } from "./pack.ts";

const { values } = parseArgs({
  options: {
    backend: { type: "string", default: "vulkan" },
    node: { type: "string", default: process.execPath },
    out: { type: "string" },
    "no-sources": { type: "boolean", default: false },
  },
});
const backend = CARRY_BACKENDS.find((one): one is CarryBackend => one === values.backend);
if (backend === undefined) {
  console.error(`--backend is ${JSON.stringify(values.backend)}; it must be one of ${CARRY_BACKENDS.join(", ")}.`);
  process.exit(2);
}
const folder = join(packageRoot(), ".cache", "carry", backend);
const archive = values.out ?? join(packageRoot(), ".cache", "carry", `retort-bench-${backend}.tar.xz`);
await stageCarry(folder, { backend, node: values.node, withSources: !values["no-sources"] });
const bytes = await packCarry(folder, archive);
await rm(folder, { recursive: true, force: true });
console.log(`${archive}: ${(bytes / 2 ** 20).toFixed(1)} MiB. There: tar -xJf, then ./bench --gpu`);
