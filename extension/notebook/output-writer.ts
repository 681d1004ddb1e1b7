import { isDeepStrictEqual } from "node:util";
import type { OutputEvent } from "../../kernel/jupyter/client/output-collector.ts";
import { batchOf, type Change } from "./output-batch.ts";
import { outputData, streamItem, type OutputData, type OutputItem } from "./output-mapping.ts";

/** The outputs of a cell in the editor. `H` stands for one of them. */
export interface OutputSink<H> {
  make(data: OutputData): H;
  /** How many outputs the cell has now. */
  count(): number;
  append(outputs: H[]): PromiseLike<void>;
  appendItem(output: H, item: OutputItem): PromiseLike<void>;
  replaceItems(output: H, items: OutputItem[]): PromiseLike<void>;
  replaceAll(outputs: H[]): PromiseLike<void>;
}

interface Shown<H> {
  handle: H;
  metadata: OutputData["metadata"];
}

/**
 * Brings a cell's outputs into the editor. While the editor takes one batch the next one gathers, so a quick kernel
 * makes larger batches and not a longer queue.
 */
export class OutputWriter<H> {
  readonly #sink: OutputSink<H>;
  readonly #onError: (error: unknown) => void;
  /** By the kernel's numbering; what the user cleared or the limit left out is missing. */
  readonly #shown = new Map<number, Shown<H>>();
  #pending: OutputEvent[] = [];
  #writing: Promise<void> | null = null;
  #retired = false;

  constructor(sink: OutputSink<H>, onError: (error: unknown) => void) {
    this.#sink = sink;
    this.#onError = onError;
  }

  push(event: OutputEvent): void {
    if (this.#retired) return;
    // The collector lets a stream's output grow in place, and tells of each growth by an event of its own.
    this.#pending.push(event.type === "append" ? { ...event, output: { ...event.output } } : event);
    this.#writing ??= this.#write();
  }

  /** Resolves when all that was pushed stands in the editor. */
  async settled(): Promise<void> {
    await this.#writing;
  }

  /** The cell runs anew: late outputs of this run have no place any more. */
  retire(): void {
    this.#retired = true;
    this.#pending = [];
  }

  async #write(): Promise<void> {
    // One turn later, so that events of one message from the kernel fall into one batch.
    await Promise.resolve();
    try {
      while (this.#pending.length > 0) {
        const { clears, changes } = batchOf(this.#pending.splice(0));
        if (clears) await this.#replaceAll(changes);
        else await this.#carryOut(changes);
      }
    } catch (error) {
      this.retire();
      this.#onError(error);
    } finally {
      this.#writing = null;
    }
  }

  /** One operation for clearing and what follows: nothing flickers. */
  async #replaceAll(changes: Change[]): Promise<void> {
    this.#shown.clear();
    await this.#sink.replaceAll(changes.flatMap((change) => this.#make(change)));
  }

  async #carryOut(changes: Change[]): Promise<void> {
    // Nothing is under way here, so an empty cell means that the user has cleared it.
    if (this.#sink.count() === 0) this.#shown.clear();
    const fresh: H[] = [];
    const work: PromiseLike<void>[] = [];
    for (const change of changes) {
      const shown = this.#shown.get(change.index);
      if (shown === undefined) fresh.push(...(change.type === "replace" ? [] : this.#make(change)));
      else if (change.type === "text") work.push(this.#sink.appendItem(shown.handle, streamItem(change.name, change.text)));
      else work.push(this.#replace(shown, change));
    }
    if (fresh.length > 0) work.push(this.#sink.append(fresh));
    await Promise.all(work);
  }

  #make(change: Change): H[] {
    const output = change.type === "text" ? { output_type: "stream" as const, name: change.name, text: change.text } : change.output;
    const data = outputData(output, change.type === "text" ? undefined : change.displayId);
    const handle = this.#sink.make(data);
    this.#shown.set(change.index, { handle, metadata: data.metadata });
    return [handle];
  }

  /** The editor can change an output's items, but its metadata only together with the whole list. */
  #replace(shown: Shown<H>, { index, output, displayId }: Exclude<Change, { type: "text" }>): PromiseLike<void> {
    const data = outputData(output, displayId);
    if (isDeepStrictEqual(data.metadata, shown.metadata)) return this.#sink.replaceItems(shown.handle, data.items);
    this.#shown.set(index, { handle: this.#sink.make(data), metadata: data.metadata });
    return this.#sink.replaceAll([...this.#shown].sort(([a], [b]) => a - b).map(([, { handle }]) => handle));
  }
}
