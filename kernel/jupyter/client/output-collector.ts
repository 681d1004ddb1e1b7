import type { IDisplayData, IError, IExecuteResult, IMimeBundle, IOutput, IStream } from "@jupyterlab/nbformat";
import { isJsonObject, type Json, type Message } from "../message.ts";

/** One change to a cell's outputs. `index` counts from 0. */
export type OutputEvent =
  | { type: "append"; index: number; output: IOutput; displayId?: string }
  /** `text` was added to the stream output at `index`. */
  | { type: "text"; index: number; name: "stdout" | "stderr"; text: string }
  | { type: "replace"; index: number; output: IOutput; displayId: string }
  | { type: "clear" };

/** Builds the outputs of one cell, in the form of a notebook file, from the kernel's broadcasts. */
export class OutputCollector {
  /** Grows and changes in place. Each run of stream text is one output. */
  readonly outputs: IOutput[] = [];
  readonly #emit: (event: OutputEvent) => void;
  readonly #displayIds = new Map<IOutput, string>();
  #clearBeforeNext = false;

  constructor(emit: (event: OutputEvent) => void) {
    this.#emit = emit;
  }

  /** Takes one iopub message that belongs to this cell. */
  receive(message: Message): void {
    const { content } = message;
    switch (message.header.msg_type) {
      case "stream":
        return this.#text(content.name === "stderr" ? "stderr" : "stdout", String(content.text ?? ""));
      case "display_data":
        return this.#append(displayOf(content), content);
      case "execute_result":
        return this.#append({ ...displayOf(content), output_type: "execute_result", execution_count: countOf(content) } satisfies IExecuteResult, content);
      case "error":
        return this.#append(errorOf(content), content);
      case "clear_output":
        if (content.wait === true) this.#clearBeforeNext = true;
        else this.#clear();
    }
  }

  /** Replaces every output that was shown under `displayId`. */
  update(displayId: string, content: Json): void {
    this.outputs.forEach((old, index) => {
      if (this.#displayIds.get(old) !== displayId) return;
      const output = { ...old, data: bundleOf(content.data), metadata: metadataOf(content) };
      this.outputs[index] = output;
      this.#displayIds.delete(old);
      this.#displayIds.set(output, displayId);
      this.#emit({ type: "replace", index, output, displayId });
    });
  }

  #text(name: "stdout" | "stderr", text: string): void {
    this.#clearIfAsked();
    const last = this.outputs.at(-1);
    if (last?.output_type === "stream" && last.name === name) {
      last.text = `${String(last.text)}${text}`;
      this.#emit({ type: "text", index: this.outputs.length - 1, name, text });
      return;
    }
    const output: IStream = { output_type: "stream", name, text };
    this.#append(output, {});
  }

  #append(output: IOutput, content: Json): void {
    this.#clearIfAsked();
    this.outputs.push(output);
    const id = isJsonObject(content.transient) ? content.transient.display_id : undefined;
    const displayId = typeof id === "string" ? { displayId: id } : {};
    if (typeof id === "string") this.#displayIds.set(output, id);
    this.#emit({ type: "append", index: this.outputs.length - 1, output, ...displayId });
  }

  #clearIfAsked(): void {
    if (this.#clearBeforeNext) this.#clear();
  }

  #clear(): void {
    this.#clearBeforeNext = false;
    this.outputs.length = 0;
    this.#displayIds.clear();
    this.#emit({ type: "clear" });
  }
}

function displayOf(content: Json): IDisplayData {
  return { output_type: "display_data", data: bundleOf(content.data), metadata: metadataOf(content) };
}

function errorOf(content: Json): IError {
  const traceback = Array.isArray(content.traceback) ? content.traceback.map(String) : [];
  return { output_type: "error", ename: String(content.ename ?? ""), evalue: String(content.evalue ?? ""), traceback };
}

function bundleOf(data: unknown): IMimeBundle {
  return isJsonObject(data) ? (data as IMimeBundle) : {};
}

function metadataOf(content: Json): IDisplayData["metadata"] {
  return isJsonObject(content.metadata) ? (content.metadata as IDisplayData["metadata"]) : {};
}

function countOf(content: Json): number | null {
  return typeof content.execution_count === "number" ? content.execution_count : null;
}
