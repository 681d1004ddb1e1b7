import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BenchSettings, benchSpec } from "../../../kernel/experiment/bench/bench-spec.ts";
import type { BenchResult } from "../../../kernel/experiment/bench/run-bench.ts";
import { measureBandwidth } from "../../../kernel/session/bench/bandwidth.ts";
import { BenchRunner } from "../../../kernel/session/bench/bench-runner.ts";
import type { ModelAccess } from "../../../kernel/session/model-access.ts";
import { RuntimeModel } from "../../../kernel/session/runtime-model.ts";
import { RuntimeClient } from "../../../runtime/client/runtime-client.ts";
import { EngineSupervisor } from "../../../runtime/engine/supervisor.ts";
import { RetortError } from "../../../runtime/errors.ts";
import type { Precision } from "../../../runtime/models/model.ts";
import { openModelStore } from "../../../runtime/models/open-store.ts";
import type { RuntimeSettings } from "../../../runtime/runtime-settings.ts";
import { startRuntime } from "../../../runtime/serve.ts";
import { testHome } from "../../helpers/models.ts";
import type { BenchOptions } from "../bench.ts";
import { r1ShapeFiles } from "./model-files.ts";

const EMBEDDED_MODEL = "smollm2-135m";
const QUIET = { onStep: () => undefined, onRequests: () => undefined, confirm: async () => true };

/** The model under measurement in a runtime within this process, so that its engine can be killed; the engine is a process of its own as always. */
export interface Subject {
  model: string;
  client: RuntimeClient;
  engine: EngineSupervisor;
  /** A load as `%%bench` and `retort bench` make it. Rejects where a measurement failed. */
  measure(settings: BenchSettings): Promise<BenchResult>;
  /** The model's file in one precision; made where there is none. */
  file(precision: Precision): Promise<string>;
  dispose(): Promise<void>;
}

/** On a GPU the shape of the articles' model with random weights, on a CPU the small model. Throws where a GPU is wanted and does not work. */
export async function startSubject(options: BenchOptions, settings: Partial<RuntimeSettings>): Promise<Subject> {
  const model = options.gpu ? `file:${(await r1ShapeFiles(options.log)).fp16}` : EMBEDDED_MODEL;
  const home = mkdtempSync(join(tmpdir(), "retort-gpu-"));
  const env = { ...process.env, RETORT_HOME: home, RETORT_MODELS: join(testHome(), "models") };
  const engine = new EngineSupervisor();
  const runtime = await startRuntime({
    env, models: [model],
    settings: { gpu: options.gpu ? "auto" : "cpu", idleExitMs: null, offline: options.gpu, ...settings },
    parts: { engine },
  });
  const client = new RuntimeClient({ local: true, endpoint: { url: runtime.url, token: runtime.token } });
  const connection = { model: new RuntimeModel(client), runtime: client };
  const access: ModelAccess = { current: connection, connect: async () => connection, dispose: () => undefined };
  const subject: Subject = {
    model, client, engine,
    async measure(wanted) {
      const spec = benchSpec({ model, warmup: 1, ...wanted });
      const { result } = await new BenchRunner(access, measureBandwidth).run(spec, { notebookModel: undefined, environmentModel: undefined }, new AbortController().signal, QUIET);
      const [failure] = result.failures;
      if (failure !== undefined) throw new RetortError(failure.error);
      return result;
    },
    file: async (precision) => (await openModelStore(env, home).ensure(model, precision)).path,
    async dispose() {
      await client.dispose();
      await runtime.dispose();
      rmSync(home, { recursive: true, force: true });
    },
  };
  try {
    await refuseTheWrongBackEnd(subject, options);
    return subject;
  } catch (error) {
    await subject.dispose();
    throw error;
  }
}

/** A table of a GPU must not hold figures of a CPU. */
async function refuseTheWrongBackEnd({ client }: Subject, { gpu, note }: BenchOptions): Promise<void> {
  const { backend, reason, devices, engineVersion } = await client.devices();
  if (gpu && backend === "cpu") {
    throw new RetortError({ code: "backend_unavailable", message: `No GPU back end works here. ${reason}`, hint: "Look at the driver with nvidia-smi, or run the same cases with --cpu." });
  }
  note(`${engineVersion} on ${devices[0]?.name ?? "an unknown device"}, ${backend}.`);
}
