import type { IOutput } from "@jupyterlab/nbformat";
import type { OutputEvent } from "../../kernel/jupyter/client/output-collector.ts";

/** Characters of output kept for one cell: more makes the editor slow and the file unusable. */
export const MAX_OUTPUT_CHARS = 2_000_000;

/** Lets through what a cell may show, and tells once where it was cut. Errors always pass. */
export class OutputLimit {
  readonly #note: string;
  readonly #max: number;
  #used = 0;
  #cut = false;

  constructor(note: string, max = MAX_OUTPUT_CHARS) {
    this.#note = note;
    this.#max = max;
  }

  /** The event to carry out instead of `event`; undefined: none. */
  pass(event: OutputEvent): OutputEvent | undefined {
    if (event.type === "clear") {
      this.#used = 0;
      this.#cut = false;
      return event;
    }
    if (event.type !== "text" && event.output.output_type === "error") return event;
    if (this.#cut) return undefined;
    if (event.type === "replace") return sizeOf(event.output) > this.#max ? undefined : event;
    const left = this.#max - this.#used;
    const size = event.type === "text" ? event.text.length : sizeOf(event.output);
    this.#used += size;
    if (size <= left) return event;
    this.#cut = true;
    if (event.type === "text") return { ...event, text: `${event.text.slice(0, left)}\n${this.#note}\n` };
    return { ...event, output: this.#shortened(event.output, left) };
  }

  #shortened(output: IOutput, left: number): IOutput {
    const isStream = output.output_type === "stream";
    return { output_type: "stream", name: isStream ? output["name"] : "stderr", text: `${isStream ? String(output["text"]).slice(0, left) : ""}\n${this.#note}\n` };
  }
}

function sizeOf(output: IOutput): number {
  if (output.output_type === "stream") return String(output["text"]).length;
  const { data } = output as { data?: Record<string, unknown> };
  return Object.values(data ?? {}).reduce<number>((sum, value) => sum + (typeof value === "string" ? value.length : (JSON.stringify(value)?.length ?? 0)), 0);
}
