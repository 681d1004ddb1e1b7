import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

import { entryPath, packageRoot } from "../../runtime/entry.ts";
import { freePort } from "../helpers/free-port.ts";
import { testHome } from "../helpers/models.ts";
import { ensureRay } from "../setup/ray-env.ts";

const POLL_MS = 200;

/** What a replica writes into its home. */
export interface ReplicaFacts {
  replica: string;
  pid: number;
  runtime: number;
}

/** deploy/ray/local_cluster.py with two nodes, each of whose replicas has a home of its own. */
export class RayCluster {
  readonly url: string;
  readonly homes: string;
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly #folder: string;
  readonly #exited: Promise<unknown>;

  private constructor(child: ChildProcess, lines: AsyncIterator<string>, folder: string, url: string, exited: Promise<unknown>) {
    this.#child = child;
    this.#lines = lines;
    this.#folder = folder;
    this.homes = join(folder, "homes");
    this.url = url;
    this.#exited = exited;
  }

  static async start(replicas: number): Promise<RayCluster> {
    const python = ensureRay();
    // Short: Ray's sockets lie in it, and their paths may have 107 characters.
    const folder = mkdtempSync(join(tmpdir(), "rr-"));
    const args = { command: [process.execPath, entryPath("retort")], slots: 4, context: 1024, threads: 1, homes: join(folder, "homes"), flags: ["--precision", "int8", "--offline"] };
    const [port, gcsPort] = [await freePort(), await freePort()];
    const child = spawn(python, [
      join(packageRoot(), "deploy", "ray", "local_cluster.py"), "--nodes", "2", "--replicas", String(replicas), "--port", String(port), "--gcs-port", String(gcsPort), "--model", "smollm2-135m", "--args", JSON.stringify(args),
    ], { env: { ...process.env, RETORT_MODELS: join(testHome(), "models"), RAY_TMPDIR: folder }, stdio: ["pipe", "pipe", "inherit"] });
    const exited = once(child, "exit");
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const { url } = await answerOf(lines) as { url: string };
    return new RayCluster(child, lines, folder, url, exited);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  async scale(replicas: number): Promise<void> {
    this.#child.stdin?.write(`scale ${replicas}\n`);
    await answerOf(this.#lines);
  }

  /** Every replica that there ever was. */
  replicas(): ReplicaFacts[] {
    return readdirSync(this.homes).flatMap((name) => {
      try {
        return [JSON.parse(readFileSync(join(this.homes, name, "replica.json"), "utf8")) as ReplicaFacts];
      } catch {
        // It is just being made.
        return [];
      }
    });
  }

  living(): ReplicaFacts[] {
    return this.replicas().filter(({ pid, runtime }) => isAlive(pid) && isAlive(runtime));
  }

  /** Requests that each replica's own log has. */
  async requests(): Promise<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const { replica } of this.replicas()) {
      const { stdout } = await promisify(execFile)(process.execPath, [entryPath("retort"), "audit", "show", "--json", "--last", "100000"], { env: { ...process.env, RETORT_HOME: join(this.homes, replica) }, maxBuffer: 256 * 1024 * 1024 });
      counts[replica] = stdout.split("\n").filter((line) => line.includes('"generations"')).length;
    }
    return counts;
  }

  async dispose(): Promise<void> {
    this.#child.kill("SIGTERM");
    await this.#exited;
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

export async function until<T>(look: () => T | null | undefined | false, withinMs: number, what: string): Promise<T> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const found = look();
    if (found !== null && found !== undefined && found !== false) return found;
    if (performance.now() > deadline) throw new Error(`Not within ${withinMs} ms: ${what}`);
    await sleep(POLL_MS);
  }
}

export function isAlive(pid: number): boolean {
  try {
    // A process that has ended and was not waited for yet is dead.
    return !/^\d+ \(.*\) Z /s.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

/** Addresses at which a process and all that it started listen, each with its program, as `ss` shows them. */
export async function listeningAddresses(root: number): Promise<string[]> {
  const parents = new Map(readdirSync("/proc").filter((name) => /^\d+$/.test(name)).flatMap((name): Array<[number, number]> => {
    try {
      return [[Number(name), Number(/^\d+ \(.*\) \S (\d+)/s.exec(readFileSync(`/proc/${name}/stat`, "utf8"))?.[1])]];
    } catch {
      return [];
    }
  }));
  const isOurs = (pid: number): boolean => {
    for (let at: number | undefined = pid; at !== undefined && at > 1; at = parents.get(at)) if (at === root) return true;
    return false;
  };
  const { stdout } = await promisify(execFile)("ss", ["-H", "-t", "-l", "-n", "-p"]);
  return stdout.split("\n").filter((line) => [...line.matchAll(/pid=(\d+)/g)].some(([, pid]) => isOurs(Number(pid)))).map((line) => line.trim().split(/\s+/)).map(([, , , address = "", , users = ""]) => `${address} ${users}`);
}

async function answerOf(lines: AsyncIterator<string>): Promise<Record<string, unknown>> {
  for (;;) {
    const { value, done } = await lines.next();
    if (done === true) throw new Error("The cluster ended.");
    if (value.startsWith("{")) return JSON.parse(value) as Record<string, unknown>;
  }
}
