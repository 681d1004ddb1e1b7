import assert from "node:assert/strict";
import type { IOutput } from "@jupyterlab/nbformat";
import fc from "fast-check";
import { batchOf } from "../../../../extension/notebook/output-batch.ts";
import { OutputCollector, type OutputEvent } from "../../../../kernel/jupyter/client/output-collector.ts";
import { newMessage } from "../../../../kernel/jupyter/message.ts";

/** Messages as a kernel may send them, in short. */
const step = fc.oneof(
  fc.record({ kind: fc.constant("text" as const), name: fc.constantFrom("stdout", "stderr"), text: fc.string({ minLength: 1, maxLength: 4 }) }),
  fc.record({ kind: fc.constant("display" as const), id: fc.option(fc.constantFrom("a", "b"), { nil: undefined }), text: fc.string() }),
  fc.record({ kind: fc.constant("update" as const), id: fc.constantFrom("a", "b"), text: fc.string() }),
  fc.record({ kind: fc.constant("clear" as const), wait: fc.boolean() }),
);

describe("output batches", () => {
  it("come to the same outputs as every event for itself", () => {
    fc.assert(fc.property(fc.array(step, { maxLength: 30 }), fc.array(fc.nat({ max: 6 })), (steps, cuts) => {
      const { events, outputs } = collect(steps);
      let shown: IOutput[] = [];
      for (let at = 0, i = 0; at < events.length; i++) {
        const size = cuts[i] === undefined ? events.length : cuts[i]! + 1;
        shown = apply(shown, events.slice(at, at + size));
        at += size;
      }
      assert.deepEqual(shown, outputs);
    }));
  });

  it("have at most one change for each output", () => {
    fc.assert(fc.property(fc.array(step), (steps) => {
      const indexes = batchOf(collect(steps).events).changes.map(({ index }) => index);
      assert.equal(new Set(indexes).size, indexes.length);
    }));
  });

  it("join a thousand small texts", () => {
    const { events } = collect(Array.from({ length: 1000 }, (_, i) => ({ kind: "text", name: "stdout", text: `${i}\n` })));
    const { changes } = batchOf(events);
    assert.equal(changes.length, 1);
    assert.ok(changes[0]?.type === "append" && String(changes[0].output["text"]).endsWith("999\n"));
  });
});

function apply(before: IOutput[], events: OutputEvent[]): IOutput[] {
  const { clears, changes } = batchOf(events);
  const shown = clears ? [] : before.map((output) => ({ ...output }));
  for (const change of changes) {
    if (change.type === "append") shown[change.index] = { ...change.output };
    else if (change.type === "replace") shown[change.index] = { ...change.output };
    else shown[change.index] = { ...shown[change.index]!, text: `${String(shown[change.index]!["text"])}${change.text}` };
  }
  return shown;
}

type Step = { kind: "text"; name: string; text: string } | { kind: "display"; id: string | undefined; text: string } | { kind: "update"; id: string; text: string } | { kind: "clear"; wait: boolean };

function collect(steps: Step[]): { events: OutputEvent[]; outputs: IOutput[] } {
  const events: OutputEvent[] = [];
  const collector = new OutputCollector((event) => events.push(event.type === "append" ? { ...event, output: { ...event.output } } : event));
  for (const one of steps) {
    if (one.kind === "update") collector.update(one.id, { data: { "text/plain": one.text }, metadata: {} });
    else collector.receive(newMessage({ session: "s", ...messageOf(one) }));
  }
  return { events, outputs: collector.outputs };
}

function messageOf(one: Exclude<Step, { kind: "update" }>): { type: string; content: Record<string, unknown> } {
  if (one.kind === "text") return { type: "stream", content: { name: one.name, text: one.text } };
  if (one.kind === "clear") return { type: "clear_output", content: { wait: one.wait } };
  return { type: "display_data", content: { data: { "text/plain": one.text }, metadata: {}, transient: one.id === undefined ? {} : { display_id: one.id } } };
}
