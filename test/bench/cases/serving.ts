import { smollm2 } from "../../helpers/models.ts";
import type { Bench, BenchOptions, BenchRow } from "../bench.ts";
import { type PrecisionFiles, r1ShapeFiles } from "../gpu/model-files.ts";
import { buildLlamaServer, type LlamaServer, startLlamaServer } from "../peers/llama-server.ts";
import { type RuntimeUnderTest, startIdleRuntime, startRuntimeUnderTest } from "../runtime-under-test.ts";
import { cancelRows } from "../serving/cancel.ts";
import { LoadGenerator } from "../serving/load-generator.ts";
import { memoryRow } from "../serving/memory.ts";
import { OVERLOAD_QUEUE, OVERLOAD_SLOTS, overloadRows } from "../serving/overload.ts";
import { measureStreams, streamRows, type Targets } from "../serving/streams.ts";
import { CONTEXT, CPU_THREADS, type MeasuredPrecision, PRECISIONS, runtimeSettings, servingScale, type Target } from "../serving/targets.ts";
import { warmPrefixRows } from "../serving/warm-prefix.ts";

const SMALL = "smollm2-135m";

/** What is served: on a CPU the small model, whose tokens cost so little that everything around them shows; on a GPU the shape of the main one. */
interface Subject {
  name: string;
  files: PrecisionFiles;
  /** What our runtime is asked for. */
  body(precision: MeasuredPrecision): Target["body"];
}

/** Many streams at once beside llama-server of the same commit, with the same kernels, weights, threads, slots and prompts. */
export const servingBench: Bench = {
  name: "serving",
  async run(options) {
    const program = buildLlamaServer(options.gpu, options.log);
    const subject = await subjectOf(options);
    const load = new LoadGenerator();
    try {
      return [
        ...(await besideLlamaServer(program, subject, load, options)),
        ...(await underOverload(subject, load, options)),
        ...(options.gpu ? [] : await memoryOf(subject, load, options)),
      ];
    } finally {
      await load.dispose();
    }
  },
};

async function subjectOf({ gpu, log }: BenchOptions): Promise<Subject> {
  if (!gpu) return { name: "SmolLM2", files: { fp16: await smollm2("fp16"), int8: await smollm2("int8") }, body: (precision) => ({ model: SMALL, precision }) };
  const files = await r1ShapeFiles(log);
  return { name: "1.5B shape", files, body: (precision) => ({ model: `file:${files[precision]}`, precision }) };
}

async function besideLlamaServer(program: string, subject: Subject, load: LoadGenerator, options: BenchOptions): Promise<BenchRow[]> {
  const scale = servingScale(options);
  const slots = Math.max(...scale.streams);
  const runtime = await startIdleRuntime(subject.body("int8").model, runtimeSettings(options.gpu, slots, CONTEXT));
  const peers: LlamaServer[] = [];
  try {
    const targets: Partial<Targets> = {};
    for (const precision of PRECISIONS) {
      const body = subject.body(precision);
      await runtime.client.load(body.model, precision);
      const peer = await startLlamaServer(program, subject.files[precision], { threads: CPU_THREADS, slots, contextSize: CONTEXT, gpu: options.gpu });
      peers.push(peer);
      targets[precision] = { ours: ownTarget(runtime, body), peer: { url: peer.url, key: "none", body: { model: "peer" } } };
    }
    const both = targets as Targets;
    const rows = streamRows(await measureStreams(both, load, scale, options.log), scale.streams, options.gpu ? "gpu" : "cpu");
    for (const precision of PRECISIONS) rows.push(...(await warmPrefixRows(both[precision], options.quick ? 2 : 7, precision)));
    rows.push(...(await cancelRows(both.int8.ours, options.quick ? 2 : 9, subject.name)));
    return rows;
  } finally {
    for (const peer of peers) await peer.dispose();
    await runtime.dispose();
  }
}

function ownTarget({ record }: RuntimeUnderTest, body: Target["body"]): Target {
  return { url: record.url, key: record.token, body };
}

async function underOverload(subject: Subject, load: LoadGenerator, { gpu, quick, log }: BenchOptions): Promise<BenchRow[]> {
  const body = subject.body("int8");
  const runtime = await startRuntimeUnderTest(body.model, runtimeSettings(gpu, OVERLOAD_SLOTS, CONTEXT, OVERLOAD_QUEUE), "int8");
  try {
    return await overloadRows(ownTarget(runtime, body), load, { seconds: quick ? 8 : 40, log });
  } finally {
    await runtime.dispose();
  }
}

/** The small model in both precisions, and the size of the main one as INT8. */
async function memoryOf(subject: Subject, load: LoadGenerator, { log }: BenchOptions): Promise<BenchRow[]> {
  const large = (await r1ShapeFiles(log)).int8;
  const models = [
    ...PRECISIONS.map((precision) => ({ name: `${subject.name} ${precision}`, model: SMALL, path: subject.files[precision], precision })),
    { name: "1.5B shape int8", model: `file:${large}`, path: large, precision: "int8" as const },
  ];
  const rows: BenchRow[] = [];
  for (const model of models) rows.push(await memoryRow(model, load));
  return rows;
}
