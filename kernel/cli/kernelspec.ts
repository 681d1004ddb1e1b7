import { randomBytes } from "node:crypto";
import { copyFile, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { RetortError } from "../../runtime/errors.ts";

/** The content of kernel.json. */
export interface KernelSpecFile {
  argv: string[];
  display_name: string;
  language: string;
  interrupt_mode: "message";
  env: Record<string, string>;
  kernel_protocol_version: string;
  metadata: {
    debugger: false;
    supported_encryption: string[];
    /** Marks a spec as ours: only such a one is replaced or removed unasked. */
    retort: { version: string };
  };
}

/** A kernelspec found on disk. */
export interface InstalledSpec {
  name: string;
  folder: string;
  spec: KernelSpecFile;
}

const LOGOS = ["logo-32x32.png", "logo-64x64.png", "logo-svg.svg"];

/** The kernel.json that starts `kernel` with `node`; both are absolute paths, as Jupyter may run without the user's PATH. */
export function createSpec(options: { node: string; kernel: string; displayName: string; env: Record<string, string>; version: string }): KernelSpecFile {
  return {
    argv: [options.node, options.kernel, "{connection_file}"],
    display_name: options.displayName,
    language: "retort",
    interrupt_mode: "message",
    env: options.env,
    kernel_protocol_version: "5.5",
    metadata: { debugger: false, supported_encryption: ["curve"], retort: { version: options.version } },
  };
}

/** Writes kernel.json and the logos into `folder` at one stroke. Rejects with `not_our_kernelspec` unless `force`. */
export async function writeSpec(folder: string, spec: KernelSpecFile, logos: string, force: boolean): Promise<void> {
  await refuseForeign(folder, force);
  const mark = randomBytes(4).toString("hex");
  const fresh = `${folder}.${mark}.new`;
  const old = `${folder}.${mark}.old`;
  try {
    await mkdir(fresh, { recursive: true });
    await writeFile(join(fresh, "kernel.json"), `${JSON.stringify(spec, null, 2)}\n`);
    for (const logo of LOGOS) await copyFile(join(logos, logo), join(fresh, logo));
    await rename(folder, old).catch(ifMissing);
    await rename(fresh, folder);
  } catch (error) {
    throw cannotWrite(folder, error);
  } finally {
    await rm(fresh, { recursive: true, force: true });
    await rm(old, { recursive: true, force: true });
  }
}

/** Removes the kernelspec in `folder`. False when there is none. Rejects with `not_our_kernelspec` unless `force`. */
export async function removeSpec(folder: string, force: boolean): Promise<boolean> {
  const text = await readFile(join(folder, "kernel.json"), "utf8").catch(ifMissing);
  if (text === undefined) return false;
  await refuseForeign(folder, force);
  await rm(folder, { recursive: true });
  return true;
}

/** Our kernelspecs in Jupyter's data folders `dataFolders`. Folders that are not there are skipped. */
export async function findSpecs(dataFolders: readonly string[]): Promise<InstalledSpec[]> {
  const found: InstalledSpec[] = [];
  for (const data of dataFolders) {
    const kernels = join(data, "kernels");
    for (const name of (await readdir(kernels).catch(ifMissing)) ?? []) {
      const spec = await readOwnSpec(join(kernels, name));
      if (spec !== undefined) found.push({ name, folder: join(kernels, name), spec });
    }
  }
  return found;
}

async function refuseForeign(folder: string, force: boolean): Promise<void> {
  const exists = (await readdir(folder).catch(ifMissing)) !== undefined;
  if (force || !exists || (await readOwnSpec(folder)) !== undefined) return;
  throw new RetortError({
    code: "not_our_kernelspec",
    message: `The folder '${folder}' holds a kernel that Retort has not installed.`,
    hint: "Choose another --name, or replace it with --force.",
  });
}

async function readOwnSpec(folder: string): Promise<KernelSpecFile | undefined> {
  const text = await readFile(join(folder, "kernel.json"), "utf8").catch(ifMissing);
  if (text === undefined) return undefined;
  try {
    const spec = JSON.parse(text) as KernelSpecFile;
    return typeof spec.metadata?.retort?.version === "string" ? spec : undefined;
  } catch {
    return undefined; // Somebody else's broken file.
  }
}

function ifMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT" && error.code !== "ENOTDIR") throw error;
  return undefined;
}

function cannotWrite(folder: string, cause: unknown): RetortError {
  const reason = (cause as NodeJS.ErrnoException).code ?? String(cause);
  return new RetortError({ code: "kernelspec_not_written", message: `The kernelspec cannot be written to '${dirname(folder)}' (${reason}).`, hint: "Choose a folder you may write to, with --user, --prefix or --data-dir." }, { cause });
}
