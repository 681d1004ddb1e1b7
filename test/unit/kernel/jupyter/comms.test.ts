import assert from "node:assert/strict";
import type { Comm, CommData } from "../../../../kernel/jupyter/comms.ts";
import type { Json } from "../../../../kernel/jupyter/message.ts";
import { CoreHarness } from "./core-harness.ts";

describe("comms", () => {
  let kernel: CoreHarness;
  let opened: Comm[];
  let received: CommData[];

  beforeEach(() => {
    kernel = new CoreHarness();
    opened = [];
    received = [];
    kernel.core.comms.register("echo", (comm) => {
      opened.push(comm);
      comm.onMessage = (message) => {
        received.push(message);
        comm.send(message.data, { buffers: message.buffers });
      };
    });
  });

  const send = async (type: string, content: Json, buffers: Uint8Array[] = []) => {
    const id = kernel.send(type, content, { buffers });
    await kernel.reply(id);
    return kernel.of(id).filter(({ message }) => message.header.msg_type.startsWith("comm_")).map(({ message }) => message);
  };

  it("opens, echoes data and buffers, and closes", async () => {
    assert.deepEqual(await send("comm_open", { comm_id: "1", target_name: "echo", data: {} }), []);
    const [answer] = await send("comm_msg", { comm_id: "1", data: { a: 1 } }, [Buffer.from([1, 2])]);
    assert.deepEqual(answer?.content, { comm_id: "1", data: { a: 1 } });
    assert.deepEqual(answer?.buffers, [Buffer.from([1, 2])]);
    let closed = 0;
    (opened[0] as Comm).onClose = () => void (closed += 1);
    await send("comm_close", { comm_id: "1", data: {} });
    assert.equal(closed, 1);
    assert.deepEqual((await kernel.ask("comm_info_request", {})).comms, {});
  });

  it("fault 58: an unknown target is closed at once", async () => {
    const [answer] = await send("comm_open", { comm_id: "9", target_name: "nobody", data: {} });
    assert.equal(answer?.header.msg_type, "comm_close");
    assert.equal(answer?.content.comm_id, "9");
  });

  it("fault 58: a message after the close, or with a bad id, goes nowhere", async () => {
    await send("comm_open", { comm_id: "1", target_name: "echo", data: {} });
    await send("comm_close", { comm_id: "1" });
    assert.deepEqual(await send("comm_msg", { comm_id: "1", data: { a: 1 } }), []);
    assert.deepEqual(await send("comm_msg", { comm_id: { a: 1 }, data: 5 }), []);
    assert.deepEqual(await send("comm_open", { comm_id: 4, target_name: "echo" }), []);
    opened[0]?.send({ late: true });
    assert.deepEqual(received, []);
  });

  it("fault 58: circular data is the sender's error, and the kernel goes on", async () => {
    const circular: Json = {};
    circular.self = circular;
    await send("comm_open", { comm_id: "1", target_name: "echo", data: {} });
    assert.throws(() => opened[0]?.send(circular), TypeError);
    (opened[0] as Comm).onMessage = () => opened[0]?.send(circular);
    await send("comm_msg", { comm_id: "1", data: {} });
    assert.match(kernel.logged[0] ?? "", /comm_msg failed/);
    assert.equal((await kernel.reply(kernel.execute("print a"))).status, "ok");
  });

  it("a target that throws while opening closes the comm", async () => {
    kernel.core.comms.register("broken", () => {
      throw new Error("no");
    });
    const [answer] = await send("comm_open", { comm_id: "1", target_name: "broken", data: {} });
    assert.equal(answer?.header.msg_type, "comm_close");
    assert.deepEqual(kernel.core.comms.info(undefined), {});
  });

  it("lists open comms, all or of one target; a disposed target is unknown", async () => {
    const registration = kernel.core.comms.register("other", () => undefined);
    await send("comm_open", { comm_id: "1", target_name: "echo", data: {} });
    await send("comm_open", { comm_id: "2", target_name: "other", data: {} });
    assert.deepEqual(kernel.core.comms.info("other"), { 2: { target_name: "other" } });
    assert.deepEqual(Object.keys(kernel.core.comms.info(undefined)), ["1", "2"]);
    await registration.dispose();
    assert.equal((await send("comm_open", { comm_id: "3", target_name: "other", data: {} })).length, 1);
  });

  it("the kernel opens comms itself, with metadata", () => {
    const comm = kernel.core.comms.open("jupyter.widget", { state: {} }, { metadata: { version: "2.1.0" } });
    comm.close();
    const sent = kernel.transport.sent.map(({ message }) => message);
    assert.deepEqual(sent.map((message) => message.header.msg_type), ["comm_open", "comm_close"]);
    assert.equal(sent[0]?.metadata.version, "2.1.0");
  });
});
