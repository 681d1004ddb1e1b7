import assert from "node:assert/strict";
import { KernelSession } from "../../../../extension/notebook/kernel-session.ts";
import type { KernelClient } from "../../../../kernel/jupyter/client/kernel-client.ts";
import { RetortError } from "../../../../runtime/errors.ts";

/** What the session uses of a client. */
class FakeClient {
  readonly name: string;
  said: string[] = [];
  #dead: ((error: RetortError) => void) | undefined;
  restartFails = false;

  constructor(name: string) {
    this.name = name;
  }

  async execute(code: string): Promise<unknown> {
    return `${this.name} ran ${code}`;
  }

  onDeath(listener: (error: RetortError) => void): { dispose(): void } {
    this.#dead = listener;
    return { dispose: () => undefined };
  }

  async interrupt(): Promise<void> {
    this.said.push("interrupt");
  }

  async restart(): Promise<void> {
    this.said.push("restart");
    if (this.restartFails) throw new RetortError({ code: "kernel_died", message: "no" });
  }

  async dispose(): Promise<void> {
    this.said.push("dispose");
  }

  die(): void {
    this.#dead?.(new RetortError({ code: "kernel_died", message: "gone" }));
  }
}

describe("kernel session", () => {
  let clients: FakeClient[];
  let deaths: RetortError[];
  let failure: RetortError | undefined;
  let session: KernelSession;

  beforeEach(() => {
    clients = [];
    deaths = [];
    failure = undefined;
    session = new KernelSession({
      start: async () => {
        if (failure !== undefined) throw failure;
        clients.push(new FakeClient(`k${clients.length}`));
        return clients.at(-1) as unknown as KernelClient;
      },
      onDeath: (error) => deaths.push(error),
    });
  });

  it("starts one kernel for cells that come at once", async () => {
    assert.equal(session.active, false);
    assert.deepEqual(await Promise.all([session.execute("a", {}), session.execute("b", {})]), ["k0 ran a", "k0 ran b"]);
    assert.equal(clients.length, 1);
  });

  it("75: starts another after the kernel has died, and tells of the death once", async () => {
    await session.client();
    clients[0]?.die();
    assert.deepEqual(deaths.map(({ code }) => code), ["kernel_died"]);
    assert.equal(await session.execute("a", {}), "k1 ran a");
    assert.deepEqual(clients[0]?.said, ["dispose"], "its connection file is removed");
  });

  it("75: tries again after a start that failed", async () => {
    failure = new RetortError({ code: "kernel_missing", message: "no" });
    await assert.rejects(session.client(), { code: "kernel_missing" });
    failure = undefined;
    assert.equal(await session.execute("a", {}), "k0 ran a");
  });

  it("75: tells a death at the start from a later one", async () => {
    failure = new RetortError({ code: "kernel_died", message: "The kernel has ended unexpectedly (exit code 1)." });
    await assert.rejects(session.client(), { code: "kernel_not_started", message: /could not be started.*exit code 1/ });
    assert.deepEqual(deaths, []);
  });

  it("restarts what runs, starts where nothing runs, and begins anew where a restart fails", async () => {
    await session.restart();
    assert.equal(clients.length, 1);
    await session.restart();
    assert.deepEqual(clients[0]?.said, ["restart"]);
    clients[0]!.restartFails = true;
    await assert.rejects(session.restart(), { code: "kernel_died" });
    assert.equal(await session.execute("a", {}), "k1 ran a");
  });

  it("71: ends its kernel when the notebook is closed, and starts none afterwards", async () => {
    const starting = session.client();
    await session.dispose();
    await starting;
    assert.deepEqual(clients[0]?.said, ["dispose"]);
    await assert.rejects(session.client(), { code: "kernel_stopped" });
  });

  it("interrupts only what is there", async () => {
    await session.interrupt();
    assert.equal(clients.length, 0);
    await session.client();
    await session.interrupt();
    assert.deepEqual(clients[0]?.said, ["interrupt"]);
  });
});
