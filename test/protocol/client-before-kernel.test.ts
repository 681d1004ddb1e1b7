import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { KernelChannels } from "../../kernel/jupyter/client/channels.ts";
import { Codec } from "../../kernel/jupyter/codec.ts";
import type { Connection } from "../../kernel/jupyter/connection-file.ts";
import { newMessage } from "../../kernel/jupyter/message.ts";
import type { OutboundChannel } from "../../kernel/jupyter/transport.ts";
import { ZmqTransport } from "../../kernel/jupyter/zmq-transport.ts";
import { writeConnection } from "../helpers/jupyter-client.ts";

const ALL: OutboundChannel[] = ["control", "iopub", "shell", "stdin"];
/** Far below the 30 s after which zeromq gives up a handshake, and far above what busy cores cost. */
const PROMPTLY_MS = 3_000;

describe("a client that connects before its kernel listens", () => {
  let folder: string;
  let connection: Connection;
  let channels: KernelChannels;
  let kernel: ZmqTransport | undefined;
  const heard = new Set<OutboundChannel>();

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "retort-early-"));
    ({ connection } = await writeConnection(folder));
    heard.clear();
    channels = await KernelChannels.connect(connection, "early", (channel) => heard.add(channel));
    for (const channel of ["shell", "control", "stdin"] as const) channels.send(channel, "question", {});
  });
  afterEach(async () => {
    channels.dispose();
    await kernel?.close(0);
    rmSync(folder, { recursive: true, force: true });
  });

  /** Answers every message, and every subscription with a broadcast. Resolves to the ms until all channels were heard. */
  async function listen(): Promise<number> {
    const transport = await ZmqTransport.open(connection, new Codec(connection.key, connection.signatureScheme), assert.fail);
    kernel = transport;
    const started = performance.now();
    transport.listen({
      message: (channel, { header, identities }) => transport.send(channel, newMessage({ type: "answer", session: "kernel", content: {}, parent: header, identities })),
      subscribed: () => transport.send("iopub", newMessage({ type: "welcome", session: "kernel", content: {} })),
      log: assert.fail,
    });
    while (heard.size < ALL.length && performance.now() - started < PROMPTLY_MS * 2) await sleep(5);
    assert.deepEqual([...heard].sort(), ALL);
    return performance.now() - started;
  }

  for (const ms of [0, 1_000, 3_000]) {
    it(`gets through on every channel as soon as it listens, ${ms} ms later`, async () => {
      await sleep(ms);
      assert.ok((await listen()) < PROMPTLY_MS);
    });
  }

  it("gets through after somebody else had the ports, who took the connection and said nothing", async () => {
    const others = await Promise.all(Object.values(connection.ports).map(async (port) => {
      const server = createServer((socket) => setTimeout(() => socket.destroy(), 300));
      await new Promise<void>((resolve) => server.listen(port, connection.ip, resolve));
      return server;
    }));
    await sleep(500);
    await Promise.all(others.map((server) => new Promise((resolve) => server.close(resolve))));
    assert.ok((await listen()) < PROMPTLY_MS);
  });
});
