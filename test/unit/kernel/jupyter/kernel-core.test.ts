import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { CoreHarness } from "./core-harness.ts";

describe("kernel core: requests", () => {
  let kernel: CoreHarness;
  beforeEach(() => {
    kernel = new CoreHarness();
  });

  it("welcomes the first subscriber before it says that it is starting, and says so once (JEP 65)", () => {
    kernel.core.subscribed(Buffer.from(""));
    kernel.core.subscribed(Buffer.from(""));
    assert.deepEqual(kernel.transport.sent.map(({ message }) => message.content.execution_state ?? message.header.msg_type), ["iopub_welcome", "starting", "iopub_welcome"]);
  });

  it("is not starting any more for a subscriber who comes after a request", async () => {
    await kernel.ask("kernel_info_request", {}, { channel: "control" });
    kernel.core.subscribed(Buffer.from(""));
    assert.deepEqual(kernel.transport.sent.filter(({ message }) => message.content.execution_state === "starting"), []);
  });

  it("frames every request in busy and idle, idle last", async () => {
    const id = kernel.execute("print a\nvalue 1\nwarn b");
    await kernel.reply(id);
    assert.deepEqual(kernel.kinds(id), ["busy", "execute_input", "stream", "execute_result", "stream", "shell:execute_reply", "idle"]);
  });

  it("tells what it is on shell and control", async () => {
    for (const channel of ["shell", "control"] as const) {
      const info = await kernel.ask("kernel_info_request", {}, { channel });
      assert.equal(info.protocol_version, "5.5");
      assert.deepEqual(info.supported_features, ["kernel subshells"]);
    }
  });

  it("fault 55: an unknown type gets busy and idle and no reply", async () => {
    const id = kernel.send("make_coffee_request", {});
    await kernel.reply(id);
    assert.deepEqual(kernel.kinds(id), ["busy", "idle"]);
  });

  it("fault 55: a request without its code gets a coded error", async () => {
    for (const type of ["execute_request", "complete_request", "inspect_request", "is_complete_request"]) {
      const reply = await kernel.ask(type, { code: 5 });
      assert.equal(reply.status, "error");
      assert.equal(reply.ename, "bad_request");
    }
    assert.equal((await kernel.ask("execute_request", { code: "print a" })).status, "ok");
  });

  it("counts cells; silent and unstored ones do not count", async () => {
    assert.equal((await kernel.reply(kernel.execute("print a"))).execution_count, 1);
    assert.equal((await kernel.reply(kernel.execute("print a", { silent: true }))).execution_count, 1);
    assert.equal((await kernel.reply(kernel.execute("print a", { store_history: false }))).execution_count, 1);
    assert.equal((await kernel.reply(kernel.execute("print a"))).execution_count, 2);
    assert.deepEqual(kernel.history.entries.map((entry) => entry.line), [1, 2]);
  });

  it("fault 57: a silent cell shows no input, result or error; its text still comes", async () => {
    const id = kernel.execute("print a\nvalue 1\nraise no", { silent: true });
    assert.equal((await kernel.reply(id)).status, "error");
    assert.deepEqual(kernel.kinds(id), ["busy", "stream", "shell:execute_reply", "idle"]);
  });

  it("evaluates user expressions; a bad one fails alone", async () => {
    const reply = await kernel.reply(kernel.execute("print a", { user_expressions: { good: "x", bad: "bad", odd: 3 } }));
    const values = reply.user_expressions as Record<string, { status: string; ename?: string }>;
    assert.equal(reply.status, "ok");
    assert.deepEqual(values.good, { status: "ok", data: { "text/plain": "X" }, metadata: {} });
    assert.equal(values.bad?.ename, "bad_expression");
    assert.equal(values.odd?.ename, "bad_request");
  });

  it("turns what the interpreter throws into an error output with code and hint", async () => {
    const id = kernel.execute("fail because");
    const reply = await kernel.reply(id);
    assert.equal(reply.ename, "fake_failure");
    assert.deepEqual(reply.traceback, ["fake_failure: because", "Do not say fail."]);
    assert.equal(kernel.kinds(id).filter((kind) => kind === "error").length, 1);
  });

  it("fault 58: circular data is the error of its cell, and the next cell runs", async () => {
    assert.equal((await kernel.reply(kernel.execute("circular"))).ename, "TypeError");
    kernel.interpreter.usage = async () => ({ big: 1n });
    assert.equal((await kernel.ask("usage_request", {}, { channel: "control" })).ename, "TypeError");
    assert.equal((await kernel.reply(kernel.execute("print a"))).status, "ok");
  });

  it("counts the cursor in code points on the wire and in UTF-16 units inside", async () => {
    const reply = await kernel.ask("complete_request", { code: "😀😀 pri", cursor_pos: 6 });
    assert.deepEqual([reply.matches, reply.cursor_start, reply.cursor_end], [["print"], 3, 6]);
    const inspected = await kernel.ask("inspect_request", { code: "😀 sleep x", cursor_pos: 7, detail_level: 0 });
    assert.equal(inspected.found, true);
  });

  it("answers debug_request with a failure and usage_request with figures", async () => {
    const debug = await kernel.ask("debug_request", { seq: 4, command: "attach" }, { channel: "control" });
    assert.deepEqual([debug.success, debug.request_seq, debug.command], [false, 4, "attach"]);
    const usage = await kernel.ask("usage_request", {}, { channel: "control" });
    assert.equal(usage.model_memory, 42);
    assert.ok(Number(usage.kernel_memory) > 0);
  });

  it("output after the reply keeps its parent", async () => {
    const first = kernel.execute("late tail");
    await kernel.reply(first);
    await kernel.reply(kernel.execute("print next"));
    await sleep(80);
    assert.equal(kernel.kinds(first).at(-1), "stream");
  });

  it("10,000 tokens arrive whole, in few messages, before the reply", async () => {
    const id = kernel.execute("tokens 10000");
    await kernel.reply(id);
    const texts = kernel.of(id).filter(({ message }) => message.header.msg_type === "stream").map(({ message }) => String(message.content.text));
    assert.equal(texts.join(""), Array.from({ length: 10_000 }, (_, i) => `${i} `).join(""));
    assert.ok(texts.length < 1_000, `${texts.length} messages`);
    assert.deepEqual(kernel.kinds(id).slice(-2), ["shell:execute_reply", "idle"]);
  });

  it("fault 56: shutdown answers before it ends, with restart as asked, and takes nothing more", async () => {
    for (const restart of [true, false]) {
      const ending = new CoreHarness();
      const reply = await ending.ask("shutdown_request", { restart }, { channel: "control" });
      assert.deepEqual(reply, { status: "ok", restart });
      await ending.core.end();
      assert.deepEqual(ending.shutdowns, [restart]);
      assert.deepEqual(ending.kinds(ending.execute("print a")), []);
    }
  });
});

describe("kernel core: queues", () => {
  let kernel: CoreHarness;
  beforeEach(() => {
    kernel = new CoreHarness();
  });

  const statuses = (ids: string[]) => Promise.all(ids.map(async (id) => (await kernel.reply(id)).status));

  it("fault 57: an error aborts the cells behind it, but no other request", async () => {
    const cells = ["print a", "raise b", "print c", "print d"].map((code) => kernel.execute(code));
    const info = kernel.send("kernel_info_request", {});
    assert.deepEqual(await statuses(cells), ["ok", "error", "aborted", "aborted"]);
    assert.deepEqual(kernel.kinds(cells[2] ?? ""), ["busy", "shell:execute_reply", "idle"]);
    assert.equal((await kernel.reply(info)).status, "ok");
    assert.deepEqual(kernel.interpreter.executed, ["print a", "raise b"]);
    assert.deepEqual(await statuses([kernel.execute("print e")]), ["ok"]);
  });

  it("fault 57: aborts also what arrives just after the error, still on its way when the cell failed", async () => {
    const failing = kernel.execute("raise b");
    await new Promise((resolve) => setImmediate(resolve));
    const behind = kernel.execute("print c");
    assert.deepEqual(await statuses([failing, behind]), ["error", "aborted"]);
  });

  it("fault 57: with stop_on_error false the next cell runs", async () => {
    assert.deepEqual(await statuses([kernel.execute("raise b", { stop_on_error: false }), kernel.execute("print c")]), ["error", "ok"]);
  });

  it("fault 48: an interrupt ends the running cell and aborts the queued one, from control and from shell", async () => {
    for (const channel of ["control", "shell"] as const) {
      const cells = [kernel.execute("sleep 10000"), kernel.execute("print no")];
      const interrupt = kernel.send("interrupt_request", {}, { channel });
      assert.deepEqual(await statuses(cells), ["error", "aborted"]);
      assert.equal((await kernel.reply(cells[0] ?? "")).ename, "KeyboardInterrupt");
      assert.equal((await kernel.reply(interrupt)).status, "ok");
      assert.deepEqual(await statuses([kernel.execute("print yes")]), ["ok"]);
    }
  });

  it("fault 56: an interrupt while idle changes nothing", async () => {
    assert.equal((await kernel.ask("interrupt_request", {}, { channel: "control" })).status, "ok");
    assert.deepEqual(await statuses([kernel.execute("print a")]), ["ok"]);
  });

  it("fault 56: control is answered while a cell runs", async () => {
    const cell = kernel.execute("sleep 10000");
    assert.equal((await kernel.ask("kernel_info_request", {}, { channel: "control" })).status, "ok");
    assert.ok(!kernel.kinds(cell).includes("idle"));
    kernel.core.interrupt();
    await kernel.reply(cell);
  });

  it("a subshell answers while the main shell runs; its own cells queue", async () => {
    const { subshell_id: id } = await kernel.ask("create_subshell_request", {}, { channel: "control" });
    const subshell = String(id);
    assert.deepEqual((await kernel.ask("list_subshell_request", {}, { channel: "control" })).subshell_id, [subshell]);
    const main = kernel.execute("sleep 10000");
    const inside = kernel.execute("print a", {}, { subshell });
    assert.equal((await kernel.reply(inside)).status, "ok");
    assert.equal(kernel.of(inside)[0]?.message.parent.subshell_id, subshell);
    assert.ok(!kernel.kinds(main).includes("idle"));
    kernel.core.interrupt();
    await kernel.reply(main);
  });

  it("an unknown or deleted subshell is an error reply between busy and idle", async () => {
    const { subshell_id: id } = await kernel.ask("create_subshell_request", {}, { channel: "control" });
    assert.equal((await kernel.ask("delete_subshell_request", { subshell_id: id }, { channel: "control" })).status, "ok");
    const refused = kernel.execute("print a", {}, { subshell: String(id) });
    assert.equal((await kernel.reply(refused)).ename, "SubshellNotFound");
    assert.deepEqual(kernel.kinds(refused), ["busy", "shell:execute_reply", "idle"]);
    assert.equal((await kernel.ask("delete_subshell_request", { subshell_id: id }, { channel: "control" })).ename, "SubshellNotFound");
  });

  it("an error in a subshell does not abort the main shell's cells", async () => {
    const { subshell_id: id } = await kernel.ask("create_subshell_request", {}, { channel: "control" });
    const cells = [kernel.execute("sleep 20"), kernel.execute("print b")];
    const failed = kernel.execute("raise a", {}, { subshell: String(id) });
    assert.deepEqual(await statuses([failed, ...cells]), ["error", "ok", "ok"]);
  });

  it("a client in a loop cannot make subshells without limit", async () => {
    for (let i = 0; i < 64; i += 1) await kernel.ask("create_subshell_request", {}, { channel: "control" });
    assert.equal((await kernel.ask("create_subshell_request", {}, { channel: "control" })).ename, "too_many_subshells");
  });
});

describe("kernel core: questions to the user", () => {
  let kernel: CoreHarness;
  beforeEach(() => {
    kernel = new CoreHarness();
  });

  const question = async (cell: string) => {
    await kernel.until(() => kernel.kinds(cell).includes("stdin:input_request"));
    return kernel.of(cell).find(({ channel }) => channel === "stdin")?.message ?? assert.fail("no question");
  };
  const output = (cell: string) => kernel.of(cell).find(({ message }) => message.header.msg_type === "stream")?.message.content.text;

  it("goes to the asker alone, and only the asker's answer counts", async () => {
    const cell = kernel.execute("ask name?", {}, { client: "alice" });
    const asked = await question(cell);
    assert.deepEqual(asked.identities.map(String), ["alice"]);
    assert.deepEqual(asked.content, { prompt: "name?", password: false });
    kernel.send("input_reply", { value: "mallory" }, { channel: "stdin", client: "bob", parent: asked.header });
    kernel.send("input_reply", { value: "alice" }, { channel: "stdin", client: "alice", parent: asked.header });
    await kernel.reply(cell);
    assert.equal(output(cell), "got alice\n");
  });

  it("takes an answer without a parent, as jupyter_client sends it, and none to an older question", async () => {
    const first = kernel.execute("ask one?");
    const old = await question(first);
    kernel.core.interrupt();
    await kernel.reply(first);
    const second = kernel.execute("ask two?");
    await question(second);
    kernel.send("input_reply", { value: "late" }, { channel: "stdin", parent: old.header });
    kernel.send("input_reply", { value: "right" }, { channel: "stdin" });
    await kernel.reply(second);
    assert.equal(output(second), "got right\n");
  });

  it("text that was written comes before the question", async () => {
    const cell = kernel.execute("print a\nprint b\nask name?");
    const asked = await question(cell);
    assert.deepEqual(kernel.kinds(cell), ["busy", "execute_input", "stream", "stream", "stdin:input_request"]);
    kernel.send("input_reply", { value: "x" }, { channel: "stdin", parent: asked.header });
    await kernel.reply(cell);
  });

  it("fault 57: without allow_stdin the cell fails at once", async () => {
    const reply = await kernel.reply(kernel.execute("ask name?", { allow_stdin: false }));
    assert.equal(reply.ename, "stdin_not_allowed");
  });

  it("an interrupt ends the question", async () => {
    const cell = kernel.execute("ask name?");
    await question(cell);
    kernel.core.interrupt();
    assert.equal((await kernel.reply(cell)).ename, "KeyboardInterrupt");
  });

  it("an answer nobody asked for is ignored", async () => {
    kernel.send("input_reply", { value: "x" }, { channel: "stdin" });
    assert.equal((await kernel.reply(kernel.execute("print a"))).status, "ok");
  });
});
