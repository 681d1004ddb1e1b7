import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { Dealer } from "zeromq";
import { Codec } from "../../kernel/jupyter/codec.ts";
import { addressOf } from "../../kernel/jupyter/connection-file.ts";
import { newMessage, type Json } from "../../kernel/jupyter/message.ts";
import { startTestKernel, type TestClient, type TestKernel } from "../helpers/jupyter-client.ts";

/** What a hostile or broken client sends, and what must come back: nothing at all, or a reply with these fields. */
interface Case {
  title: string;
  frames(codec: Codec, key: string): Uint8Array[];
  channel?: "shell" | "control" | "stdin";
  /** Fields of the reply; undefined when no reply may come. */
  reply?: Json;
  /** Line in the kernel's log. */
  log?: RegExp;
}

const message = (type: string, content: Json, header: Json = {}) => {
  const made = newMessage({ type, session: "bad", content });
  return { ...made, header: { ...made.header, ...header } };
};
const good = (codec: Codec): Uint8Array[] => codec.encode(message("kernel_info_request", {}));
const foreign = new Codec("not the key");
const replaceFrame = (frames: Uint8Array[], index: number, text: string): Uint8Array[] => frames.map((frame, i) => (i === index ? Buffer.from(text) : frame));
const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;

const CASES: Case[] = [
  { title: "fault 53: wrong signature", frames: () => good(foreign), log: /wrong signature/ },
  { title: "fault 53: absent signature", frames: (codec) => replaceFrame(good(codec), 1, ""), log: /wrong signature/ },
  { title: "fault 54: no frames but one", frames: () => [Buffer.from("hello")], log: /delimiter/ },
  { title: "fault 54: empty frame", frames: () => [Buffer.alloc(0)], log: /delimiter/ },
  { title: "fault 54: delimiter alone", frames: () => [Buffer.from("<IDS|MSG>")], log: /few frames/ },
  { title: "fault 54: two frames short", frames: (codec) => good(codec).slice(0, 4), log: /few frames/ },
  { title: "fault 54: two delimiters", frames: (codec) => [Buffer.from("<IDS|MSG>"), ...good(codec)], log: /wrong signature/ },
  { title: "fault 54: binary noise", frames: () => Array.from({ length: 8 }, (_, i) => Buffer.alloc(1000, i * 37)), log: /delimiter/ },
  { title: "fault 54: signed, but no JSON", frames: (_, key) => signedText(key, "{"), log: /JSON/ },
  { title: "fault 54: signed, nested 100,000 deep", frames: (_, key) => signedText(key, deep), log: /JSON/ },
  { title: "fault 55: no msg_id", frames: (codec) => codec.encode(message("kernel_info_request", {}, { msg_id: undefined })), log: /msg_id/ },
  { title: "fault 55: ids that are numbers", frames: (codec) => codec.encode(message("kernel_info_request", {}, { msg_id: 5, session: 6 })), log: /msg_id/ },
  { title: "fault 55: unknown type", frames: (codec) => codec.encode(message("dance_request", {})) },
  { title: "fault 55: unknown type on control", frames: (codec) => codec.encode(message("dance_request", {})), channel: "control" },
  { title: "fault 55: a reply instead of a request", frames: (codec) => codec.encode(message("execute_reply", { status: "ok" })) },
  { title: "fault 55: protocol 4", frames: (codec) => codec.encode(message("kernel_info_request", {}, { version: undefined })), reply: { status: "ok", protocol_version: "5.5" } },
  { title: "fault 55: protocol 4 completion", frames: (codec) => codec.encode(message("complete_request", { text: "pri", line: "pri", cursor_pos: 3 })), reply: { status: "error", ename: "bad_request" } },
  { title: "fault 55: code is a number", frames: (codec) => codec.encode(message("execute_request", { code: 5 })), reply: { status: "error", ename: "bad_request" } },
  { title: "fault 55: nothing in the content", frames: (codec) => codec.encode(message("execute_request", {})), reply: { status: "error", ename: "bad_request" } },
  { title: "fault 55: odd history request", frames: (codec) => codec.encode(message("history_request", { hist_access_type: 9, n: "x" })), reply: { status: "ok", history: [] } },
  { title: "fault 55: cursor outside the code", frames: (codec) => codec.encode(message("complete_request", { code: "pri", cursor_pos: 1e9 })), reply: { status: "ok", cursor_end: 3 } },
  { title: "fault 56: interrupt while idle", frames: (codec) => codec.encode(message("interrupt_request", {})), channel: "control", reply: { status: "ok" } },
  { title: "fault 57: question without allow_stdin", frames: (codec) => codec.encode(message("execute_request", { code: "ask x" })), reply: { status: "error", ename: "stdin_not_allowed" } },
  { title: "fault 58: comm_open for an unknown target", frames: (codec) => codec.encode(message("comm_open", { comm_id: "1", target_name: "?" })) },
  { title: "fault 58: comm_msg for no comm", frames: (codec) => codec.encode(message("comm_msg", { comm_id: "1", data: {} })) },
  { title: "fault 58: circular data in a cell", frames: (codec) => codec.encode(message("execute_request", { code: "circular" })), reply: { status: "error", ename: "TypeError" } },
  { title: "an unasked answer on stdin", frames: (codec) => codec.encode(message("input_reply", { value: {} })), channel: "stdin" },
  { title: "an unknown subshell", frames: (codec) => codec.encode(message("execute_request", { code: "print a" }, { subshell_id: "no" })), reply: { status: "error", ename: "SubshellNotFound" } },
];

/** A message whose content is `text` and whose signature is right. */
function signedText(key: string, text: string): Uint8Array[] {
  const { header } = message("kernel_info_request", {});
  const parts = [JSON.stringify(header), "{}", "{}", text];
  const signature = createHmac("sha256", key).update(parts.join("")).digest("hex");
  return ["<IDS|MSG>", signature, ...parts].map((part) => Buffer.from(part));
}

describe("kernel over ZeroMQ: bad messages", function () {
  this.timeout(30_000);
  let kernel: TestKernel;
  let client: TestClient;
  let codec: Codec;

  before(async () => {
    kernel = await startTestKernel();
    client = await kernel.connect("bad");
    codec = new Codec(kernel.connection.key);
  });
  after(() => kernel.dispose());

  /** Sends frames from a socket of its own, and gives the content of what comes back before the answer to a good request. */
  async function exchange(channel: "shell" | "control" | "stdin", frames: Uint8Array[]): Promise<Json[]> {
    const socket = new Dealer({ linger: 0, routingId: `x${Math.random()}` });
    socket.connect(addressOf(kernel.connection, `${channel}_port`));
    await socket.send(frames);
    const contents: Json[] = [];
    const last = message("kernel_info_request", {});
    if (channel !== "stdin") await socket.send(codec.encode(last));
    for (let done = channel === "stdin"; !done; ) {
      const [, , , parent, , content] = (await socket.receive()).map(String);
      done = parent?.includes(last.header.msg_id) === true;
      if (!done) contents.push(JSON.parse(content ?? "") as Json);
    }
    socket.close();
    return contents;
  }

  for (const { title, frames, channel = "shell", reply, log } of CASES) {
    it(title, async () => {
      kernel.logged.length = 0;
      const contents = await exchange(channel, frames(codec, kernel.connection.key));
      assert.equal(contents.length, reply === undefined ? 0 : 1);
      for (const [field, value] of Object.entries(reply ?? {})) assert.deepEqual(contents[0]?.[field], value);
      if (log !== undefined) assert.match(kernel.logged.join("\n"), log);
      assert.equal((await client.reply(client.execute("print next"))).status, "ok", "the next good request works");
    });
  }

  it("fault 53: a replayed cell runs once", async () => {
    const frames = codec.encode(message("execute_request", { code: "print replayed" }));
    assert.equal((await exchange("shell", frames)).length, 1);
    assert.equal((await exchange("shell", frames)).length, 0);
    assert.equal(kernel.interpreter.executed.filter((code) => code === "print replayed").length, 1);
  });

  it("fault 54: a frame larger than the limit ends its sender's connection, and nothing else", async () => {
    const socket = new Dealer({ linger: 0, reconnectInterval: -1 });
    const closed = new Promise((resolve) => socket.events.on("disconnect", resolve));
    socket.connect(addressOf(kernel.connection, "shell_port"));
    const before = process.memoryUsage.rss();
    await socket.send(Buffer.alloc(257 * 1024 * 1024));
    await closed;
    socket.close();
    assert.ok(process.memoryUsage.rss() - before < 400e6);
    assert.equal((await client.reply(client.execute("print next"))).status, "ok");
  });

  it("fault 56: shutdown on control comes ahead of cells that wait on shell", async () => {
    const ending = await startTestKernel();
    const other = await ending.connect("ending");
    const cells = [other.execute("sleep 20000"), other.execute("print no")] as const;
    await other.until(() => other.types(cells[0]).includes("execute_input"));
    assert.deepEqual(await other.ask("shutdown_request", { restart: true }, "control"), { status: "ok", restart: true });
    assert.deepEqual(await ending.kernel.closed, { reason: "shutdown", restart: true });
    assert.equal((await other.reply(cells[0])).ename, "KeyboardInterrupt");
    assert.equal((await other.reply(cells[1])).status, "aborted");
    assert.deepEqual(ending.interpreter.shutdowns, [true]);
    await ending.dispose();
  });
});
