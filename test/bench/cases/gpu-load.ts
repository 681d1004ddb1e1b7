import type { Precision } from "../../../runtime/models/model.ts";
import { amountRow, type Bench, type BenchOptions, type BenchRow, format, median } from "../bench.ts";
import { dropFromPageCache } from "../gpu/page-cache.ts";
import { scaleOf } from "../gpu/scale.ts";
import { startSubject, type Subject } from "../gpu/subject.ts";
import { longPrompt } from "../prompts.ts";

/** Loading from the disk and from memory, and the live change of precision. */
export const gpuLoadBench: Bench = {
  name: "gpu-load",
  group: "gpu",
  async run(options) {
    const { contextSize } = scaleOf(options);
    const subject = await startSubject(options, { slots: 4, contextSize });
    try {
      const rows = [...(await loadRows(subject, "fp16")), ...(await loadRows(subject, "int8"))];
      return [...rows, await toggleRow(subject, options)];
    } finally {
      await subject.dispose();
    }
  },
};

async function loadRows(subject: Subject, precision: Precision): Promise<BenchRow[]> {
  // Makes the file where there is none yet; this load is not counted.
  const first = await subject.client.load(subject.model, precision);
  const path = await subject.file(precision);
  const load = async (): Promise<number> => {
    await subject.client.unload(subject.model, precision);
    return (await subject.client.load(subject.model, precision)).load_ms / 1000;
  };
  await subject.client.unload(subject.model, precision);
  dropFromPageCache(path);
  const cold = (await subject.client.load(subject.model, precision)).load_ms / 1000;
  const warm = [await load(), await load(), await load()];
  const where = `${first.backend}, ${first.gpu_layers} layers on the GPU`;
  return [
    amountRow(`${precision}: load, file not in memory`, "s", cold, 1, null, "", where),
    amountRow(`${precision}: load, file in memory`, "s", median(warm), warm.length, null),
  ];
}

/** From the wish for the other precision to its first token, both of them loaded, as the status bar's toggle does it. */
async function toggleRow({ client, model }: Subject, options: BenchOptions): Promise<BenchRow> {
  await client.load(model, "fp16");
  await client.load(model, "int8");
  const taken: number[] = [];
  const { toggles } = scaleOf(options);
  for (let round = 0; round < toggles; round++) {
    const wanted: Precision = round % 2 === 0 ? "fp16" : "int8";
    const since = performance.now();
    await client.precision(model, wanted);
    taken.push(performance.now() - since);
    const { provenance } = await client.completion({ model, prompt: longPrompt(32, round), max_tokens: 1, temperature: 0, ignore_eos: true });
    if (provenance?.precision !== wanted) throw new Error(`After the change to ${wanted}, ${String(provenance?.precision)} answered.`);
  }
  return amountRow("live change of precision, both loaded", "ms", median(taken), taken.length, { atMost: 100 }, "", `at most ${format(Math.max(...taken))} ms`);
}
