import assert from "node:assert/strict";
import { Codec } from "../../../../kernel/jupyter/codec.ts";
import { newMessage, type Json, type Message } from "../../../../kernel/jupyter/message.ts";
import { Outbox } from "../../../../kernel/jupyter/outbox.ts";

const codec = new Codec("");
const parents = { a: newMessage({ type: "execute_request", session: "s", content: {} }).header, b: newMessage({ type: "execute_request", session: "s", content: {} }).header };
const message = (type: string, content: Json, parent: "a" | "b" = "a") => newMessage({ type, session: "s", content, parent: parents[parent] });
const text = (value: string, name = "stdout", parent: "a" | "b" = "a") => message("stream", { name, text: value }, parent);
const status = () => message("status", { execution_state: "idle" });

function drain(outbox: Outbox): Message[] {
  const messages: Message[] = [];
  for (let frames = outbox.shift(); frames !== undefined; frames = outbox.shift()) {
    const decoded = codec.decode(frames.map((frame) => Buffer.from(frame)));
    assert.ok(decoded.ok);
    messages.push(decoded.message);
  }
  return messages;
}

describe("outbox", () => {
  it("fault 60: text of one cell and stream that waits becomes one message; other messages keep their place", () => {
    const outbox = new Outbox(codec);
    for (const item of [text("a"), text("b"), text("c", "stderr"), status(), text("d"), text("e", "stdout", "b")]) outbox.push(item);
    assert.deepEqual(drain(outbox).map((sent) => sent.content.text ?? sent.header.msg_type), ["ab", "c", "status", "d", "e"]);
    assert.equal(outbox.bytes, 0);
  });

  it("fault 60: 100,000 pieces of text that nobody reads take one entry and lose nothing", () => {
    const outbox = new Outbox(codec);
    for (let i = 0; i < 100_000; i += 1) outbox.push(text(`${i}\n`));
    assert.equal(outbox.size, 1);
    assert.equal(String(drain(outbox)[0]?.content.text).split("\n").length, 100_001);
  });

  it("fault 60: over the limit, old output gives way to a notice; status and errors never do", () => {
    const outbox = new Outbox(codec, 20_000);
    outbox.push(message("display_data", { data: { "text/plain": "x".repeat(9_000) }, metadata: {} }));
    for (let i = 0; i < 5; i += 1) outbox.push(message("error", { ename: "E", evalue: "y".repeat(4_000), traceback: [] }));
    outbox.push(text("late"));
    outbox.push(status());
    assert.ok(outbox.bytes > 20_000, "nothing is left out while the front end may still read");
    outbox.trim();
    const sent = drain(outbox);
    assert.deepEqual(sent.map((one) => one.header.msg_type), ["stream", "error", "error", "error", "error", "error", "stream", "status"]);
    assert.match(String(sent[0]?.content.text), /left out/);
  });

  it("fault 60: a flood of displays stays within the limit, with one notice for all that is left out", () => {
    const outbox = new Outbox(codec, 100_000);
    for (let i = 0; i < 2_000; i += 1) outbox.push(message("display_data", { data: { "text/plain": `${i}` }, metadata: {} }));
    outbox.trim();
    assert.ok(outbox.bytes <= 100_000);
    const sent = drain(outbox);
    assert.equal(sent.filter((one) => one.header.msg_type === "stream").length, 1);
    assert.deepEqual(sent.at(-1)?.content.data, { "text/plain": "1999" });
  });

  it("is a queue, also where many messages come and go", () => {
    const outbox = new Outbox(codec);
    const sent: unknown[] = [];
    const take = (count: number): void => {
      for (let i = 0; i < count; i += 1) sent.push((JSON.parse(String(outbox.shift()?.at(-1))) as Json).n);
    };
    for (let i = 0; i < 10_000; i += 1) {
      outbox.push(message("status", { n: i }));
      if (i % 3 === 2) take(2);
    }
    take(outbox.size);
    assert.deepEqual(sent, Array.from({ length: 10_000 }, (_, i) => i));
    assert.equal(outbox.shift(), undefined);
    assert.equal(outbox.bytes, 0);
  });
});
