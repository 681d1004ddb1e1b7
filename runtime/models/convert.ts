import { Worker } from "node:worker_threads";
import { entryPath } from "../entry.ts";
import { cancelled, RetortError } from "../errors.ts";
import type { ErrorFields } from "../errors.ts";
import { replaceFile } from "./gguf/replace-file.ts";
import type { Written } from "./gguf/write.ts";
import type { OnProgress } from "./model.ts";
import { TARGETS } from "./quant/plan.ts";
import type { TargetPrecision } from "./quant/plan.ts";

/** What to convert. `to` appears only when it is complete. */
export interface ConvertRequest {
  from: string;
  to: string;
  precision: TargetPrecision;
  onProgress?: OnProgress | undefined;
  signal?: AbortSignal | undefined;
}

export interface Converted extends Written {
  quant: "F16" | "Q8_0";
}

/** What the worker is told. */
export interface ConvertOrder {
  from: string;
  to: string;
  precision: TargetPrecision;
}

/** What the worker says. Sizes in bytes of the source's tensors. */
export type ConvertMessage =
  | { kind: "progress"; done: number; total: number }
  | { kind: "done"; written: Written }
  | { kind: "failed"; error: ErrorFields };

/**
 * Makes the F16 or Q8_0 file of a model on a thread of its own, bit-exact with ggml's reference. Memory does not grow
 * with the model. Errors: `gguf_…` for a bad source, `convert_unsupported_type`, `convert_not_finite`, `disk_full`,
 * `store_not_writable`, `cancelled`; none of them leaves a file behind.
 */
export async function convertGguf({ from, to, precision, onProgress, signal }: ConvertRequest): Promise<Converted> {
  if (signal?.aborted) throw cancelled("The conversion was cancelled.");
  const written = await replaceFile(to, (temporary) => runWorker({ from, to: temporary, precision }, onProgress, signal), signal);
  return { ...written, quant: TARGETS[precision].quant };
}

async function runWorker(order: ConvertOrder, onProgress: OnProgress | undefined, signal: AbortSignal | undefined): Promise<Written> {
  const worker = new Worker(entryPath("convert-worker"), { workerData: order, execArgv: [] });
  let abort: (() => void) | undefined;
  try {
    return await new Promise<Written>((resolve, reject) => {
      abort = () => reject(cancelled("The conversion was cancelled."));
      if (signal?.aborted) abort();
      signal?.addEventListener("abort", abort);
      worker.on("message", (message: ConvertMessage) => {
        if (message.kind === "progress") onProgress?.({ step: "convert", done: message.done, total: message.total, unit: "bytes" });
        else if (message.kind === "done") resolve(message.written);
        else reject(new RetortError(message.error));
      });
      worker.once("error", reject);
      worker.once("exit", (code) => reject(new RetortError({ code: "convert_failed", message: `The conversion ended early (${code}).`, hint: "Start it again." })));
    });
  } finally {
    if (abort !== undefined) signal?.removeEventListener("abort", abort);
    await worker.terminate();
  }
}
