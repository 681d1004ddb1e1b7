import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { curveKeyPair, Reply, Request, Subscriber } from "zeromq";
import { addressOf } from "../../kernel/jupyter/connection-file.ts";
import { startTestKernel, type TestKernel } from "../helpers/jupyter-client.ts";

describe("kernel over ZeroMQ: messages", function () {
  this.timeout(30_000);
  let kernel: TestKernel;
  before(async () => {
    kernel = await startTestKernel();
  });
  after(() => kernel.dispose());

  it("welcomes every subscriber by its topic (JEP 65), also the second one with the same topic", async () => {
    for (const topic of ["", "kernel."]) {
      for (let i = 0; i < 2; i += 1) {
        const socket = new Subscriber({ linger: 0 });
        socket.subscribe(topic);
        socket.connect(addressOf(kernel.connection, "iopub_port"));
        const frames = await socket.receive();
        assert.match(frames.map(String).join(" "), new RegExp(`"subscription":"${topic}"`));
        socket.close();
      }
    }
  });

  it("10,000 tokens: none lost, none late, idle last", async () => {
    const client = await kernel.connect("tokens");
    const id = client.execute("tokens 10000");
    await client.reply(id);
    assert.equal(client.text(id), Array.from({ length: 10_000 }, (_, i) => `${i} `).join(""));
    const broadcasts = client.messages.filter(({ channel, message }) => channel === "iopub" && message.parent.msg_id === id);
    assert.equal(broadcasts.at(-1)?.message.content.execution_state, "idle");
  });

  it("two clients: each sees the other's cells, questions reach the asker only", async () => {
    const [alice, bob] = [await kernel.connect("alice"), await kernel.connect("bob")];
    const cells = [alice.execute("ask a?"), bob.execute("ask b?")] as const;
    await alice.until(() => alice.types(cells[0]).includes("input_request"));
    assert.deepEqual(bob.messages.filter(({ channel }) => channel === "stdin"), []);
    bob.send("input_reply", { value: "forged" }, "stdin");
    alice.send("input_reply", { value: "from alice" }, "stdin");
    await bob.until(() => bob.types(cells[1]).includes("input_request"));
    bob.send("input_reply", { value: "from bob" }, "stdin");
    await Promise.all([alice.reply(cells[0]), bob.reply(cells[1])]);
    await alice.until(() => alice.types(cells[1]).includes("idle"));
    assert.equal(alice.text(cells[0]), "got from alice\n");
    assert.equal(alice.text(cells[1]), "got from bob\n");
    assert.ok(!alice.types(cells[1]).includes("execute_reply"), "replies go to the sender alone");
  });

  it("aborts cells that were still on the wire when one failed; the next cell after the answer runs", async () => {
    const client = await kernel.connect("abort");
    for (let round = 0; round < 20; round += 1) {
      const ids = ["print a", "raise b", "print c", "print d"].map((code) => client.execute(code));
      const replies = await Promise.all(ids.map((id) => client.reply(id)));
      assert.deepEqual(replies.map((reply) => reply.status), ["ok", "error", "aborted", "aborted"]);
      assert.equal((await client.reply(client.execute("print e"))).status, "ok");
    }
  });

  it("late output keeps its parent", async () => {
    const client = await kernel.connect("late");
    const id = client.execute("late tail");
    await client.reply(id);
    const next = client.execute("print x");
    await client.reply(next);
    await client.until(() => client.text(id) === "tail");
    assert.equal(client.text(next), "x\n");
  });

  it("an interrupt ends a question and aborts what is queued", async () => {
    const client = await kernel.connect("interrupt");
    for (const channel of ["control", "shell"] as const) {
      const ids = [client.execute("print a\nask q?"), client.execute("print no")] as const;
      await client.until(() => client.types(ids[0]).includes("input_request"));
      client.send("interrupt_request", {}, channel);
      assert.equal((await client.reply(ids[0])).ename, "KeyboardInterrupt");
      assert.equal((await client.reply(ids[1])).status, "aborted");
    }
  });

  it("a subshell answers while the main shell runs", async () => {
    const client = await kernel.connect("subshell");
    const { subshell_id: subshell } = await client.ask("create_subshell_request", {}, "control");
    const main = client.execute("sleep 5000");
    const inside = client.send("execute_request", { code: "print in" }, "shell", { subshell: String(subshell) });
    assert.equal((await client.reply(inside)).status, "ok");
    assert.ok(!client.types(main).includes("idle"));
    client.send("interrupt_request", {}, "control");
    await client.reply(main);
  });

  it("comm buffers travel both ways", async () => {
    const client = await kernel.connect("comm");
    const target = kernel.kernel.comms.register("echo", (comm) => {
      comm.onMessage = ({ data, buffers }) => comm.send(data, { buffers });
    });
    client.send("comm_open", { comm_id: "c1", target_name: "echo", data: {} });
    const id = client.send("comm_msg", { comm_id: "c1", data: { n: 1 } }, "shell", { buffers: [Buffer.from([7, 8])] });
    await client.until(() => client.types(id).includes("idle"));
    assert.deepEqual(client.of(id).find((message) => message.header.msg_type === "comm_msg")?.buffers, [Buffer.from([7, 8])]);
    await target.dispose();
  });
});

describe("kernel over ZeroMQ: transports", function () {
  this.timeout(30_000);

  const runs = async (fields: Record<string, unknown>): Promise<void> => {
    const kernel = await startTestKernel(fields);
    try {
      const client = await kernel.connect("client");
      const id = client.execute("print through");
      await client.reply(id);
      assert.equal(client.text(id), "through\n");
      await kernel.kernel.heartbeatReady;
    } finally {
      await kernel.dispose();
    }
  };

  it("ipc", async () => {
    const folder = mkdtempSync(join(tmpdir(), "retort-ipc-"));
    await runs({ transport: "ipc", ip: join(folder, "kernel") });
    rmSync(folder, { recursive: true });
  });

  it("every interface", () => runs({ ip: "0.0.0.0" }));

  it("another digest", () => runs({ signature_scheme: "hmac-sha512" }));

  it("an empty key", () => runs({ key: "" }));

  it("CURVE; a client without the keys gets nothing", async () => {
    const { publicKey, secretKey } = curveKeyPair();
    const keys = { curve_publickey: publicKey, curve_secretkey: secretKey };
    await runs(keys);
    const kernel = await startTestKernel(keys);
    const plain = new Request({ linger: 0, receiveTimeout: 300 });
    plain.connect(addressOf(kernel.connection, "hb_port"));
    await kernel.kernel.heartbeatReady;
    await plain.send("hello");
    await assert.rejects(plain.receive(), { code: "EAGAIN" });
    plain.close();
    await kernel.dispose();
  });

  it("fault 61: a port that stays taken is a coded error, one that comes free is waited for", async () => {
    const holder = new Reply({ linger: 0 });
    await holder.bind("tcp://127.0.0.1:*");
    const port = Number(holder.lastEndpoint?.split(":").at(-1));
    await assert.rejects(startTestKernel({ control_port: port }), (error: { code: string; message: string }) => {
      assert.equal(error.code, "port_in_use");
      assert.match(error.message, new RegExp(String(port)));
      return true;
    });
    setTimeout(() => holder.close(), 100);
    await runs({ control_port: port });
  });

  it("fault 61: a heartbeat port that is taken ends the kernel with a line in its log", async () => {
    const holder = new Reply({ linger: 0 });
    await holder.bind("tcp://127.0.0.1:*");
    const kernel = await startTestKernel({ hb_port: Number(holder.lastEndpoint?.split(":").at(-1)) });
    assert.equal((await kernel.kernel.closed).reason, "heartbeat");
    assert.match(kernel.logged.join("\n"), /taken/);
    holder.close();
    await kernel.dispose();
  });
});
