import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { IOutput } from "@jupyterlab/nbformat";
import type { OutputData, OutputItem } from "../../../../extension/notebook/output-mapping.ts";
import { OutputWriter, type OutputSink } from "../../../../extension/notebook/output-writer.ts";

/** A cell in an editor that takes its time. */
class FakeCell implements OutputSink<OutputData> {
  shown: OutputData[] = [];
  calls: string[] = [];
  broken: Error | undefined;

  make(data: OutputData): OutputData {
    return { items: [...data.items], metadata: data.metadata };
  }

  count(): number {
    return this.shown.length;
  }

  append(outputs: OutputData[]): Promise<void> {
    return this.#later("append", () => this.shown.push(...outputs));
  }

  appendItem(output: OutputData, item: OutputItem): Promise<void> {
    return this.#later("text", () => output.items.push(item));
  }

  replaceItems(output: OutputData, items: OutputItem[]): Promise<void> {
    return this.#later("items", () => { output.items = items; });
  }

  replaceAll(outputs: OutputData[]): Promise<void> {
    return this.#later("all", () => { this.shown = outputs; });
  }

  get texts(): string[] {
    return this.shown.map(({ items }) => items.map(({ data }) => new TextDecoder().decode(data)).join(""));
  }

  async #later(call: string, work: () => unknown): Promise<void> {
    this.calls.push(call);
    await sleep(1);
    if (this.broken !== undefined) throw this.broken;
    work();
  }
}

const stream = (text: string): IOutput => ({ output_type: "stream", name: "stdout", text });
const display = (text: string, metadata: object = {}): IOutput => ({ output_type: "display_data", data: { "text/plain": text }, metadata }) as IOutput;

describe("output writer", () => {
  let cell: FakeCell;
  let errors: unknown[];
  let writer: OutputWriter<OutputData>;

  beforeEach(() => {
    cell = new FakeCell();
    errors = [];
    writer = new OutputWriter(cell, (error) => errors.push(error));
  });

  it("brings a thousand small texts into the editor in few calls, in order", async () => {
    writer.push({ type: "append", index: 0, output: stream("0\n") });
    for (let i = 1; i < 1000; i++) {
      writer.push({ type: "text", index: 0, name: "stdout", text: `${i}\n` });
      if (i % 100 === 0) await sleep(1);
    }
    await writer.settled();
    assert.equal(cell.texts[0], Array.from({ length: 1000 }, (_, i) => `${i}\n`).join(""));
    assert.ok(cell.calls.length <= 25, `${cell.calls.length} calls`);
  });

  it("does not show text twice that came while the output waited", async () => {
    const output = stream("a");
    writer.push({ type: "append", index: 0, output });
    output["text"] = "ab"; // As the collector does.
    writer.push({ type: "text", index: 0, name: "stdout", text: "b" });
    await writer.settled();
    assert.deepEqual(cell.texts, ["ab"]);
  });

  it("clears and shows what follows in one step", async () => {
    writer.push({ type: "append", index: 0, output: stream("loading") });
    await writer.settled();
    writer.push({ type: "clear" });
    writer.push({ type: "append", index: 0, output: display("answer") });
    writer.push({ type: "append", index: 1, output: display("timing") });
    await writer.settled();
    assert.deepEqual(cell.texts, ["answer", "timing"]);
    assert.deepEqual(cell.calls, ["append", "all"]);
  });

  it("updates a display in place, also after the cell has ended", async () => {
    writer.push({ type: "append", index: 0, output: display("1 of 2"), displayId: "p" });
    writer.push({ type: "append", index: 1, output: display("other") });
    await writer.settled();
    writer.push({ type: "replace", index: 0, output: display("2 of 2"), displayId: "p" });
    await writer.settled();
    assert.deepEqual(cell.texts, ["2 of 2", "other"]);
    assert.deepEqual(cell.calls, ["append", "items"]);
  });

  it("replaces the list where an update brings other metadata", async () => {
    writer.push({ type: "append", index: 0, output: display("a"), displayId: "p" });
    writer.push({ type: "append", index: 1, output: display("b") });
    await writer.settled();
    writer.push({ type: "replace", index: 0, output: display("c", { retort: 1 }), displayId: "p" });
    await writer.settled();
    assert.deepEqual(cell.texts, ["c", "b"]);
    assert.deepEqual(cell.shown[0]?.metadata["metadata"], { retort: 1 });
  });

  it("shows only what is new when the user has cleared the cell", async () => {
    writer.push({ type: "append", index: 0, output: stream("old") });
    await writer.settled();
    cell.shown = [];
    writer.push({ type: "text", index: 0, name: "stdout", text: "new" });
    await writer.settled();
    assert.deepEqual(cell.texts, ["new"]);
  });

  it("49: forgets what comes late from an earlier run", async () => {
    writer.push({ type: "append", index: 0, output: stream("early") });
    writer.retire();
    writer.push({ type: "append", index: 1, output: stream("late") });
    await writer.settled();
    assert.deepEqual(cell.texts, []);
  });

  it("49: tells once when the cell is gone", async () => {
    cell.broken = new Error("removed");
    writer.push({ type: "append", index: 0, output: stream("a") });
    await writer.settled();
    writer.push({ type: "text", index: 0, name: "stdout", text: "b" });
    await writer.settled();
    assert.deepEqual(errors, [cell.broken]);
  });
});
