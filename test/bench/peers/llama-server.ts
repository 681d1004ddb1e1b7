import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { RetortError } from "../../../runtime/errors.ts";
import { freePort } from "../../helpers/free-port.ts";
import { buildLlamaProgram } from "./llama-program.ts";

export interface LlamaServerOptions {
  threads: number;
  slots: number;
  /** Tokens of each slot. */
  contextSize: number;
  gpu: boolean;
}

/** A running llama-server. */
export interface LlamaServer {
  url: string;
  pid: number;
  dispose(): Promise<void>;
}

const START_MS = 120_000;
const POLL_MS = 50;

/** Builds llama-server once, without its web page and TLS. Resolves to its path. */
export function buildLlamaServer(cuda: boolean, log: (text: string) => void): string {
  const options = ["-DLLAMA_BUILD_SERVER=ON", "-DLLAMA_BUILD_UI=OFF", "-DLLAMA_USE_PREBUILT_UI=OFF", "-DLLAMA_OPENSSL=OFF"];
  return buildLlamaProgram({ name: "llama-server", options }, cuda, log);
}

/**
 * Starts it on one file with the settings of our engine: threads, slots, flash attention, a part of the cache for each
 * slot. What it would copy aside when a slot changes its prompt is left out: we do nothing of the kind.
 */
export async function startLlamaServer(program: string, model: string, { threads, slots, contextSize, gpu }: LlamaServerOptions): Promise<LlamaServer> {
  const port = await freePort();
  const child = spawn(program, [
    "-m", model, "-t", String(threads), "-tb", String(threads), "-np", String(slots), "-c", String(contextSize * slots), "-fa", "on",
    "--no-kv-unified", "--cache-ram", "0", "-ngl", gpu ? "99" : "0", "--host", "127.0.0.1", "--port", String(port), "--log-disable",
  ], { stdio: ["ignore", "ignore", "ignore"] });
  const url = `http://127.0.0.1:${port}`;
  const dispose = () => end(child);
  try {
    await ready(child, url);
  } catch (error) {
    await dispose();
    throw error;
  }
  return { url, pid: child.pid ?? 0, dispose };
}

async function ready(child: ChildProcess, url: string): Promise<void> {
  const until = performance.now() + START_MS;
  while (performance.now() < until && child.exitCode === null) {
    const status = await fetch(`${url}/health`).then((reply) => reply.status, () => 0);
    if (status === 200) return;
    await sleep(POLL_MS);
  }
  throw new RetortError({ code: "peer_not_started", message: `llama-server did not start (exit code ${child.exitCode ?? "none yet"}).`, hint: "Start it by hand with the same arguments to see why." });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill();
  await exited;
}
