import { spawn } from "node:child_process";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { RetortError, cancelled } from "../../errors.ts";
import type { OnProgress } from "../model.ts";

const POLL_MS = 250;
const MAX_OUTPUT_CHARS = 20_000;
const UNITS: Record<string, number> = { B: 1, kB: 1e3, MB: 1e6, GB: 1e9 };

export interface PipRequest {
  /** The interpreter whose pip runs. */
  python: string;
  env: NodeJS.ProcessEnv;
  package: string;
  version: string;
  /** An empty folder for the wheel and for pip's own temporary files. */
  folder: string;
  onProgress: OnProgress;
  signal: AbortSignal;
}

/**
 * Runs the user's own `pip download` for one pinned wheel, so their index, proxy and certificate settings apply.
 * Resolves to the wheel's path. Errors: `python_missing`, `pip_missing`, `package_not_found`, `pip_failed`, `cancelled`.
 */
export async function pipDownload(request: PipRequest): Promise<string> {
  const pinned = `${request.package}==${request.version}`;
  const output = await runPip(request, [
    "-m", "pip", "download", "--no-deps", "--only-binary", ":all:", "--no-input", "--disable-pip-version-check", "--progress-bar", "off",
    "--dest", request.folder, pinned,
  ]);
  const [wheel, ...more] = (await readdir(request.folder)).filter((name) => name.endsWith(".whl"));
  if (wheel === undefined || more.length > 0) throw pipFailed(pinned, output);
  return join(request.folder, wheel);
}

async function runPip(request: PipRequest, args: string[]): Promise<string> {
  if (request.signal.aborted) throw cancelled("The download was cancelled.");
  // pip writes the wheel to its own temporary folder first: put that where the growth can be watched.
  const env = { ...request.env, TMPDIR: request.folder, TMP: request.folder, TEMP: request.folder };
  const child = spawn(request.python, args, { env, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  const collect = (chunk: Buffer): void => {
    output = (output + chunk.toString("utf8")).slice(-MAX_OUTPUT_CHARS);
  };
  child.stdout.on("data", collect);
  child.stderr.on("data", collect);
  const stop = (): void => void child.kill();
  request.signal.addEventListener("abort", stop);
  const watch = watchGrowth(request, () => output);
  try {
    const status = await new Promise<number | null>((resolve, reject) => child.once("error", reject).once("close", resolve));
    if (request.signal.aborted) throw cancelled("The download was cancelled.");
    if (status !== 0) throw explain(request, output);
    return output;
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === "ENOENT" ? pythonMissing(request.python) : error;
  } finally {
    clearInterval(watch);
    request.signal.removeEventListener("abort", stop);
  }
}

function watchGrowth({ folder, onProgress }: PipRequest, output: () => string): NodeJS.Timeout {
  let busy = false;
  return setInterval(() => {
    if (busy) return;
    busy = true;
    void folderBytes(folder).then((done) => {
      const total = announcedBytes(output());
      onProgress({ step: "download", done: total === null ? done : Math.min(done, total), total, unit: "bytes" });
      busy = false;
    });
  }, POLL_MS);
}

/** The size in pip's line "Downloading name.whl (92.9 MB)": rounded, good enough for a bar. */
export function announcedBytes(output: string): number | null {
  const [, amount, unit] = /Downloading \S+\.whl \(([\d.]+) (B|kB|MB|GB)\)/.exec(output) ?? [];
  return amount === undefined || unit === undefined ? null : Math.round(Number(amount) * (UNITS[unit] ?? 1));
}

/** Bytes of all files below a folder. pip moves and removes files meanwhile: what has gone counts as 0. */
async function folderBytes(folder: string): Promise<number> {
  const names = await readdir(folder, { recursive: true }).catch(goneAs<string[]>([]));
  const infos = await Promise.all(names.map((name) => stat(join(folder, name)).catch(goneAs(undefined))));
  return infos.reduce((sum, info) => sum + (info?.isFile() ? info.size : 0), 0);
}

function goneAs<T>(value: T): (error: NodeJS.ErrnoException) => T {
  return (error) => {
    if (error.code === "ENOENT") return value;
    throw error;
  };
}

function explain({ python, package: name, version }: PipRequest, output: string): RetortError {
  if (/No module named '?pip\b/.test(output)) {
    return new RetortError({ code: "pip_missing", message: `${python} has no pip.`, hint: "Install it (Debian and Ubuntu: apt install python3-pip), or set RETORT_PYTHON to a Python that has it.", status: 500 });
  }
  if (/No matching distribution found/.test(output)) {
    return new RetortError({ code: "package_not_found", message: `pip found no wheel ${name}==${version}.`, hint: "Check the package index that pip uses: python3 -m pip config list", status: 404 });
  }
  return pipFailed(`${name}==${version}`, output);
}

function pipFailed(pinned: string, output: string): RetortError {
  const last = redact(output).trim().split("\n").filter((line) => !/^\s*(WARNING|\[notice\])/.test(line)).at(-1) ?? "no output";
  const tls = /SSL|certificate/i.test(output);
  const hint = tls ? "If a company proxy inspects TLS, set PIP_CERT to its certificate file." : `See what pip says: python3 -m pip download --no-deps ${pinned}`;
  return new RetortError({ code: "pip_failed", message: `pip could not download ${pinned}: ${last.trim()}`, hint, status: 502 });
}

/** Index URLs may carry a user name and password. */
export function redact(text: string): string {
  return text.replace(/(\w+:\/\/)[^@/\s]+@/g, "$1***@");
}

function pythonMissing(python: string): RetortError {
  return new RetortError({ code: "python_missing", message: `There is no ${python} to run pip with.`, hint: "Install Python 3 with pip, or set RETORT_PYTHON to the interpreter's path.", status: 500 });
}
