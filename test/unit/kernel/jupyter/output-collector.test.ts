import assert from "node:assert/strict";
import { OutputCollector, type OutputEvent } from "../../../../kernel/jupyter/client/output-collector.ts";
import { newMessage, type Json } from "../../../../kernel/jupyter/message.ts";

describe("output collector", () => {
  let events: OutputEvent[];
  let collector: OutputCollector;
  beforeEach(() => {
    events = [];
    collector = new OutputCollector((event) => events.push(event));
  });
  const receive = (type: string, content: Json): void => collector.receive(newMessage({ type, session: "s", content }));
  const display = (text: string, id?: string): void => receive("display_data", { data: { "text/plain": text }, metadata: {}, transient: id === undefined ? {} : { display_id: id } });
  const shown = (): unknown[] => collector.outputs.map((output) => output.text ?? (output.data as Json | undefined)?.["text/plain"] ?? output.ename);

  it("joins each run of stream text into one output and tells what was added", () => {
    for (const [name, text] of [["stdout", "a"], ["stdout", "b"], ["stderr", "c"], ["stdout", "d"]]) receive("stream", { name, text });
    assert.deepEqual(shown(), ["ab", "c", "d"]);
    assert.deepEqual(events[1], { type: "text", index: 0, name: "stdout", text: "b" });
  });

  it("an update replaces every display of that name, in place", () => {
    display("0", "bar");
    display("other", "else");
    display("0", "bar");
    collector.update("bar", { data: { "text/plain": "1" }, metadata: { m: 1 } });
    assert.deepEqual(shown(), ["1", "other", "1"]);
    assert.deepEqual(events.slice(-2).map((event) => (event.type === "replace" ? event.index : event.type)), [0, 2]);
    collector.update("bar", { data: { "text/plain": "2" } });
    assert.deepEqual(shown(), ["2", "other", "2"]);
  });

  it("clears at once, or only when the next output comes", () => {
    display("a");
    receive("clear_output", { wait: true });
    assert.deepEqual(shown(), ["a"]);
    display("b");
    assert.deepEqual(shown(), ["b"]);
    receive("clear_output", { wait: false });
    assert.deepEqual(shown(), []);
    assert.deepEqual(events.map((event) => event.type), ["append", "clear", "append", "clear"]);
  });

  it("keeps errors and results in the form of a notebook, whatever fields a kernel leaves out", () => {
    receive("error", { ename: "E", evalue: "v", traceback: ["t"] });
    receive("execute_result", { execution_count: 3, data: { "text/plain": "x" } });
    receive("display_data", {});
    receive("status", { execution_state: "busy" });
    assert.deepEqual(collector.outputs, [
      { output_type: "error", ename: "E", evalue: "v", traceback: ["t"] },
      { output_type: "execute_result", execution_count: 3, data: { "text/plain": "x" }, metadata: {} },
      { output_type: "display_data", data: {}, metadata: {} },
    ]);
  });
});
