import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { PromptSettings } from "../cells/settings.ts";
import { savedLine } from "../experiment/data/saved-line.ts";
import type { ExperimentResult, RunRecord } from "../experiment/result.ts";
import { rawSamples } from "./raw-samples.ts";

/** The file that holds all samples of an output that is too small for them. */
export interface Sidecar {
  /** From the notebook's folder, with `/`; null where it could not be written. */
  path: string | null;
  remarks: string[];
}

/** Folder for samples, in the notebook's. */
const FOLDER = "retort-runs";
const HASH_LENGTH = 12;

/** Writes the samples into a file of their own where an output cannot hold them all; a results file of the cell is that file. Null where it can. */
export async function writeSidecar({ runs }: ExperimentResult, { name, save }: PromptSettings, folder: string): Promise<Sidecar | null> {
  if (rawSamples(runs).left_out === 0) return null;
  if (save !== undefined) return { path: save, remarks: [`All ${runs.length} answers: ${save}`] };
  const text = runs.map(line).join("");
  // Named by what is in it: it never replaces the samples of an earlier output.
  const path = `${FOLDER}/${name ?? "runs"}-${createHash("sha256").update(text).digest("hex").slice(0, HASH_LENGTH)}.jsonl`;
  try {
    const whole = join(folder, path);
    await mkdir(dirname(whole), { recursive: true });
    await writeFile(whole, text, { flag: "wx" });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "EEXIST") return { path: null, remarks: [`Warning: this output holds a part of the answers, and the file for all of them could not be written (${code ?? String(error)}). Use \`save:\` with a path that you may write to.`] };
  }
  return { path, remarks: [`All ${runs.length} answers: ${path}`] };
}

function line(run: RunRecord): string {
  return `${savedLine(run, { request: "", checks: null })}\n`;
}
