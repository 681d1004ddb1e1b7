import type { Dirent } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";

/** Deep enough for every known layout, and an end for odd ones. */
const MAX_DEPTH = 6;
const MAX_ENTRIES = 20_000;
const SPLIT_PART = /-\d{5}-of-\d{5}\.gguf$/i;

export interface WalkedFile {
  /** Below the root, with forward slashes. */
  name: string;
  path: string;
  bytes: number;
}

export interface Walked {
  files: WalkedFile[];
  warnings: string[];
}

/**
 * The GGUF models below `root`, which may be missing. Links are followed to files that stay inside `root` only.
 * Vision projectors and split models are left out.
 */
export async function ggufFilesBelow(root: string): Promise<Walked> {
  const walked: Walked = { files: [], warnings: [] };
  const budget = { entries: MAX_ENTRIES };
  await visit(root, root, 0, budget, walked);
  if (budget.entries <= 0) walked.warnings.push(`${root} holds more than ${MAX_ENTRIES} entries; some were not looked at.`);
  return walked;
}

async function visit(root: string, folder: string, depth: number, budget: { entries: number }, walked: Walked): Promise<void> {
  for (const entry of await list(folder, depth === 0, walked.warnings)) {
    if (budget.entries-- <= 0) return;
    const path = join(folder, entry.name);
    if (entry.isDirectory() && depth < MAX_DEPTH) await visit(root, path, depth + 1, budget, walked);
    else if (isModelName(entry.name)) await note(root, path, walked);
  }
}

function isModelName(name: string): boolean {
  return /\.gguf$/i.test(name) && !/mmproj/i.test(name) && !SPLIT_PART.test(name);
}

async function list(folder: string, mayBeMissing: boolean, warnings: string[]): Promise<Dirent[]> {
  try {
    return (await readdir(folder, { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    if (!mayBeMissing || (error as NodeJS.ErrnoException).code !== "ENOENT") warnings.push(`${folder} could not be read: ${(error as Error).message}.`);
    return [];
  }
}

async function note(root: string, path: string, walked: Walked): Promise<void> {
  try {
    const [real, realRoot] = await Promise.all([realpath(path), realpath(root)]);
    const info = await stat(real);
    if (!info.isFile()) throw new Error("it is not a file");
    if (!real.startsWith(realRoot + sep)) throw new Error("it is a link to a place outside");
    walked.files.push({ name: relative(root, path).split(sep).join("/"), path, bytes: info.size });
  } catch (error) {
    walked.warnings.push(`${path} was left out: ${(error as Error).message}.`);
  }
}
