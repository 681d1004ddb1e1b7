import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { convertGguf } from "../../../runtime/models/convert.ts";
import { smollm2 } from "../../helpers/models.ts";
import { amountRow, median, type Bench } from "../bench.ts";

/** F16 to Q8_0 of the real SmolLM2, hash and disk included. */
export const quantiserBench: Bench = {
  name: "quantiser",
  async run({ quick }) {
    const rounds = quick ? 2 : 5;
    const from = await smollm2("fp16");
    const folder = await mkdtemp(join(tmpdir(), "retort-bench-"));
    const megabytes = (await stat(from)).size / 1e6;
    const rates: number[] = [];
    try {
      for (let round = 0; round < rounds; round++) {
        const to = join(folder, `${round}.gguf`);
        const begun = performance.now();
        await convertGguf({ from, to, precision: "int8", onProgress: () => undefined, signal: new AbortController().signal });
        rates.push((megabytes * 1000) / (performance.now() - begun));
        await rm(to);
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
    return [amountRow("quantiser F16 -> Q8_0, hash included", "MB/s", median(rates), rounds, { atLeast: 150 })];
  },
};
