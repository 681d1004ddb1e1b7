import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

import { readTextIfThere } from "../file.ts";
import type { RetortPaths } from "../paths.ts";
import type { ChainPoint } from "./sealed-line.ts";

/**
 * Where the log lies: `audit/<chain>/000001.jsonl`, `000002.jsonl`, … and `head.json` beside them. Each runtime that
 * runs at the same time writes a chain of its own, so that two processes never share a file.
 */
export function auditFolder(paths: RetortPaths): string {
  return join(paths.state, "audit");
}

const LOG_FILE = /^(\d{6,})\.jsonl$/;
const CHAIN_FOLDER = /^\d{1,3}$/;

/** Folders of the chains in numeric order; none where nothing was logged yet. */
export async function chainFolders(folder: string): Promise<string[]> {
  const names = (await namesIn(folder)).filter((name) => CHAIN_FOLDER.test(name));
  return names.sort((a, b) => Number(a) - Number(b)).map((name) => join(folder, name));
}

/** Log files of one chain, oldest first. */
export async function logFiles(chain: string): Promise<string[]> {
  const names = (await namesIn(chain)).filter((name) => LOG_FILE.test(name));
  return names.sort((a, b) => Number(numberOf(a)) - Number(numberOf(b))).map((name) => join(chain, name));
}

export function logFile(chain: string, number: number): string {
  return join(chain, `${String(number).padStart(6, "0")}.jsonl`);
}

/** The number in a log file's name. */
export function fileNumber(path: string): number {
  return Number(numberOf(path.split(/[\\/]/).at(-1) ?? ""));
}

export function headFile(chain: string): string {
  return join(chain, "head.json");
}

export function lockFile(chain: string): string {
  return join(chain, "lock");
}

/**
 * The place up to which a chain had surely been written. `missing`: there is no such file. `unreadable`: it says nothing.
 */
export async function readHead(chain: string): Promise<ChainPoint | "missing" | "unreadable"> {
  const text = await readTextIfThere(headFile(chain));
  if (text === undefined) return "missing";
  try {
    const { seq, hash } = JSON.parse(text) as Partial<ChainPoint>;
    return typeof seq === "number" && Number.isInteger(seq) && typeof hash === "string" ? { seq, hash } : "unreadable";
  } catch {
    return "unreadable";
  }
}

/** One line of a log file. */
export interface LogLine {
  bytes: Buffer;
  /** 1-based. */
  number: number;
  /** False for a last line that no line feed ends. */
  whole: boolean;
}

/** The lines of a file, byte by byte as they stand there. */
export async function readLines(path: string): Promise<LogLine[]> {
  return splitLines(await readFile(path));
}

export function splitLines(data: Buffer): LogLine[] {
  const lines: LogLine[] = [];
  for (let start = 0; start < data.length;) {
    const end = data.indexOf(0x0a, start);
    lines.push({ bytes: data.subarray(start, end < 0 ? data.length : end), number: lines.length + 1, whole: end >= 0 });
    start = end < 0 ? data.length : end + 1;
  }
  return lines;
}

function numberOf(name: string): string {
  return LOG_FILE.exec(name)?.[1] ?? "";
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}
