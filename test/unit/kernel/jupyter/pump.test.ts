import assert from "node:assert/strict";
import { Pump } from "../../../../kernel/jupyter/pump.ts";

/** A socket that refuses a second send while one is under way, as zeromq does, and is full when told so. */
class FakeSocket {
  readonly sent: string[] = [];
  full = false;
  #busy = false;

  async send(frames: Uint8Array[]): Promise<void> {
    if (this.#busy) throw Object.assign(new Error("busy"), { code: "EBUSY" });
    this.#busy = true;
    await new Promise((resolve) => setImmediate(resolve));
    this.#busy = false;
    if (this.full) throw Object.assign(new Error("full"), { code: "EAGAIN" });
    this.sent.push(String(frames[0]));
  }
}

function setUp() {
  const socket = new FakeSocket();
  const queue: Uint8Array[][] = [];
  const errors: unknown[] = [];
  let fullMs = -1;
  const pump = new Pump(socket, { next: () => queue.shift(), onFull: (ms) => (fullMs = ms), onError: (error) => errors.push(error) });
  const push = (text: string): void => {
    queue.push([Buffer.from(text)]);
    pump.wake();
  };
  return { socket, pump, push, errors, fullMs: () => fullMs };
}

describe("pump", () => {
  it("sends in order, one at a time, also what is pushed while it sends or just after", async () => {
    const { socket, pump, push, errors } = setUp();
    push("1");
    push("2");
    await pump.drained();
    push("3");
    await pump.drained();
    assert.deepEqual(socket.sent, ["1", "2", "3"]);
    assert.deepEqual(errors, []);
  });

  it("fault 60: keeps the message of a full socket and says how long it has been full", async () => {
    const { socket, pump, push, fullMs } = setUp();
    socket.full = true;
    push("1");
    while (fullMs() < 20) await new Promise((resolve) => setTimeout(resolve, 1));
    assert.deepEqual(socket.sent, []);
    socket.full = false;
    await pump.drained();
    assert.deepEqual(socket.sent, ["1"]);
  });

  it("gives up a message that cannot be sent and goes on with the next", async () => {
    const { socket, pump, push, errors } = setUp();
    const send = socket.send.bind(socket);
    let first = true;
    socket.send = async (frames) => {
      if (!first) return send(frames);
      first = false;
      throw new Error("no route");
    };
    push("1");
    push("2");
    await pump.drained();
    assert.deepEqual(socket.sent, ["2"]);
    assert.equal(errors.length, 1);
  });

  it("stops for good", async () => {
    const { socket, pump, push } = setUp();
    socket.full = true;
    push("1");
    pump.stop();
    await pump.drained();
    push("2");
    assert.deepEqual(socket.sent, []);
  });
});
