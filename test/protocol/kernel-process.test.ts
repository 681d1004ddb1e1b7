import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { Request, Subscriber } from "zeromq";
import { addressOf, parseConnection, type Connection } from "../../kernel/jupyter/connection-file.ts";
import { startKernelProcess, type KernelClient } from "../../kernel/jupyter/client/kernel-client.ts";
import type { OutputEvent } from "../../kernel/jupyter/client/output-collector.ts";
import { isAlive } from "../../kernel/jupyter/parent-watch.ts";
import { fakeKernelSpec } from "../helpers/fake-kernel.ts";

const connectionOf = (client: KernelClient): Connection => parseConnection(readFileSync(client.connectionFile, "utf8"), client.connectionFile);

async function untilGone(pid: number): Promise<void> {
  for (let i = 0; i < 400 && isAlive(pid); i += 1) await sleep(20);
  assert.ok(!isAlive(pid), "the process is still there");
}

describe("kernel process and client", function () {
  this.timeout(60_000);
  const state = mkdtempSync(join(tmpdir(), "retort-kernel-state-"));
  let client: KernelClient;
  const pid = (): number => client.pid ?? assert.fail("the kernel is not running");

  before(async () => {
    client = await startKernelProcess(fakeKernelSpec(state));
  });
  after(async () => {
    await client.dispose();
    rmSync(state, { recursive: true, force: true });
  });

  it("gives outputs in notebook form, stream text joined and displays updated", async () => {
    const events: OutputEvent[] = [];
    const reply = await client.execute("print a\nprint b\nprogress 3\nwarn c\nvalue 4", { onOutput: (event) => events.push(structuredClone(event)) });
    assert.equal(reply.status, "ok");
    assert.deepEqual(reply.outputs, [
      { output_type: "stream", name: "stdout", text: "a\nb\n" },
      { output_type: "display_data", data: { "text/plain": "3" }, metadata: {} },
      { output_type: "stream", name: "stderr", text: "c\n" },
      { output_type: "execute_result", data: { "text/plain": "4" }, metadata: {}, execution_count: reply.executionCount },
    ]);
    assert.deepEqual(events.map((event) => event.type).filter((type) => type !== "text"), ["append", "append", "replace", "replace", "replace", "append", "append"]);
  });

  it("answers questions, and says where nobody can", async () => {
    const reply = await client.execute("ask your name?", { onInput: async (prompt, password) => `${prompt} ${String(password)}` });
    assert.deepEqual(reply.outputs, [{ output_type: "stream", name: "stdout", text: "got your name? false\n" }]);
    assert.equal((await client.execute("ask?\nask x")).error?.ename, "NameError");
    assert.equal((await client.execute("ask x")).error?.ename, "stdin_not_allowed");
  });

  it("keeps the connection file and its folder to this user", function () {
    if (process.platform === "win32") return this.skip();
    assert.equal(statSync(client.connectionFile).mode & 0o777, 0o600);
    assert.equal(statSync(join(client.connectionFile, "..")).mode & 0o077, 0);
  });

  it("fault 48: an interrupt by client, by abort signal and by SIGINT ends the cell and aborts the queue", async () => {
    const ways: Array<(stop: AbortController) => unknown> = [() => client.interrupt(), (stop) => stop.abort(), () => process.kill(pid(), "SIGINT")];
    for (const interrupt of ways) {
      const stop = new AbortController();
      const onOutput = ({ type, ...event }: OutputEvent): void => {
        if (type === "append" && "output" in event && event.output.output_type === "stream") interrupt(stop);
      };
      const running = client.execute("print started\nsleep 20000", { signal: stop.signal, onOutput });
      const queued = client.execute("print no");
      assert.equal((await running).error?.ename, "KeyboardInterrupt");
      assert.equal((await queued).status, "aborted");
      assert.equal((await client.execute("print yes")).status, "ok");
    }
    assert.equal((await client.execute("print no", { signal: AbortSignal.abort() })).status, "aborted");
  });

  it("fault 59: heartbeats are answered while the kernel's thread computes", async () => {
    const socket = new Request({ linger: 0, receiveTimeout: 5_000 });
    socket.connect(addressOf(connectionOf(client), "hb_port"));
    let spinning = true;
    const cell = client.execute("print started\nspin 1500").then(() => (spinning = false));
    await sleep(200);
    await socket.send("beat");
    assert.equal(String((await socket.receive())[0]), "beat");
    assert.ok(spinning, "the cell was over before the beat came back");
    socket.close();
    await cell;
  });

  it("fault 60: 300,000 lines while another reader stands still: nothing lost, memory bounded", async () => {
    const stalled = new Subscriber({ linger: 0, receiveHighWaterMark: 1, receiveBufferSize: 4096 });
    stalled.subscribe("");
    stalled.connect(addressOf(connectionOf(client), "iopub_port"));
    await stalled.receive();
    const reply = await client.execute("flood 300000");
    const text = (name: string): string => reply.outputs.filter((output) => output.name === name).map((output) => String(output.text)).join("");
    const lines = `${text("stdout")}${text("stderr")}`.split("\n").slice(0, -1).map(Number).sort((a, b) => a - b);
    assert.equal(lines.length, 300_000);
    assert.ok(lines.every((line, i) => line === i));
    const usage = await client.request("control", "usage_request", {});
    assert.ok(Number(usage.kernel_memory) < 300e6, `${String(usage.kernel_memory)} bytes`);
    let text2 = 0;
    for (let idle = false; !idle; ) {
      const frames = (await stalled.receive()).map(String);
      if (frames[0]?.endsWith(".stream")) text2 += (JSON.parse(frames.at(-1) ?? "{}") as { text: string }).text.split("\n").length - 1;
      idle = frames[0]?.endsWith(".status") === true && frames.at(-1)?.includes("idle") === true && text2 > 0;
    }
    assert.equal(text2, 300_000, "the reader that stood still gets all of it later");
    stalled.close();
  });

  it("fault 60: more messages than zeromq may hold: a reader that stands still for a while gets all of them, idle last", async () => {
    const stalled = new Subscriber({ linger: 0, receiveHighWaterMark: 1, receiveBufferSize: 4096, receiveTimeout: 10_000 });
    stalled.subscribe("");
    stalled.connect(addressOf(connectionOf(client), "iopub_port"));
    await stalled.receive();
    const live = client.execute("displays 20000");
    await sleep(1_500);
    let displays = 0;
    for (let last = ""; !last.includes('"idle"'); ) {
      const frames = (await stalled.receive()).map(String);
      last = frames[0]?.endsWith(".status") === true ? (frames.at(-1) ?? "") : "";
      if (frames[0]?.endsWith(".display_data")) displays += 1;
    }
    assert.equal(displays, 20_000);
    assert.equal((await live).outputs.length, 20_000);
    stalled.close();
  });

  it("restart gives a fresh kernel on the same ports; cells in flight say so", async () => {
    const { ports } = connectionOf(client);
    const old = pid();
    const flying = assert.rejects(client.execute("sleep 20000"), { code: "kernel_restarted" });
    await client.restart();
    await flying;
    assert.ok(!isAlive(old));
    assert.deepEqual(connectionOf(client).ports, ports);
    assert.equal((await client.execute("print a")).executionCount, 1);
  });

  it("history outlives the kernel", async () => {
    await client.execute("value remember-me");
    await client.restart();
    const { history } = await client.request("shell", "history_request", { hist_access_type: "search", pattern: "value remember*", output: true, raw: true });
    assert.deepEqual((history as unknown[][]).at(-1)?.[2], ["value remember-me", "remember-me"]);
  });

  it("a kernel that is killed fails the cells in flight, tells the listeners, and can be restarted", async () => {
    let told = "";
    const listener = client.onDeath((error) => (told = error.code));
    const flying = assert.rejects(client.execute("sleep 20000"), { code: "kernel_died" });
    process.kill(pid(), "SIGKILL");
    await flying;
    assert.equal(told, "kernel_died");
    await listener.dispose();
    await assert.rejects(client.execute("print a"), { code: "kernel_stopped" });
    await client.restart();
    assert.equal((await client.execute("print a")).status, "ok");
  });

  it("fault 56: SIGTERM and shutdown both end the process; disposing removes the connection file", async () => {
    const other = await startKernelProcess(fakeKernelSpec(state));
    const [first, file] = [other.pid ?? 0, other.connectionFile];
    process.kill(first, "SIGTERM");
    await untilGone(first);
    await other.restart();
    const second = other.pid ?? 0;
    await other.dispose();
    assert.ok(!isAlive(second));
    assert.throws(() => statSync(file), { code: "ENOENT" });
  });

  it("a program that cannot start, and one that ends at once, are coded errors with the reason", async () => {
    await assert.rejects(startKernelProcess({ argv: [join(state, "no-such-program")] }), { code: "kernel_died", message: /could not be started/ });
    const crash = [process.execPath, "-e", "console.error('cannot go on'); process.exit(3)"];
    await assert.rejects(startKernelProcess({ argv: crash }), { code: "kernel_died", message: /exit code 3.*cannot go on/s });
  });

  it("fault 62: a kernel ends when the process that started it is killed", async () => {
    const spec = JSON.stringify(fakeKernelSpec(state));
    const module = new URL("../../kernel/jupyter/client/kernel-client.ts", import.meta.url).href;
    const script = `const { startKernelProcess } = await import(${JSON.stringify(module)}); console.log((await startKernelProcess(${spec})).pid); setInterval(() => {}, 1000);`;
    const starter = spawn(process.execPath, ["--import", fakeKernelSpec(state).argv[2] ?? "", "--input-type=module", "-e", script], { stdio: ["ignore", "pipe", "inherit"] });
    const orphan = await new Promise<number>((resolve) => createInterface({ input: starter.stdout }).once("line", (line) => resolve(Number(line))));
    assert.ok(isAlive(orphan));
    starter.kill("SIGKILL");
    await untilGone(orphan);
  });
});
