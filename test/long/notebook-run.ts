import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";

import { entryPath } from "../../runtime/entry.ts";

/** How a notebook ended. */
export interface NotebookRun {
  code: number | null;
  /** What `retort run` showed, errors too. */
  shown: string;
  /** The executed notebook as it lies in the file. */
  saved: string;
  /** Records of the cells' `save:` file, where there is one of this name. */
  records(file: string): Array<Record<string, unknown>>;
  dispose(): void;
}

/** Runs cells through `retort run`, a real kernel, against another server. */
export async function runNotebook(server: { url: string; key: string; model: string }, cells: readonly string[]): Promise<NotebookRun> {
  const folder = mkdtempSync(join(tmpdir(), "retort-notebook-"));
  const path = join(folder, "run.ipynb");
  writeFileSync(path, JSON.stringify({
    nbformat: 4,
    nbformat_minor: 5,
    metadata: { kernelspec: { name: "retort", display_name: "Retort", language: "retort" } },
    cells: cells.map((source, n) => ({ cell_type: "code", id: `cell-${n}`, metadata: {}, source, execution_count: null, outputs: [] })),
  }));
  const child = spawn(process.execPath, [entryPath("retort"), "run", path], {
    cwd: folder,
    env: { ...process.env, RETORT_URL: server.url, RETORT_API_KEY: server.key, RETORT_MODEL: server.model, RETORT_HOME: join(folder, "home") },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [[code], out, err] = await Promise.all([once(child, "exit") as Promise<[number | null]>, text(child.stdout), text(child.stderr)]);
  return {
    code,
    shown: `${out}\n${err}`,
    saved: readFileSync(path, "utf8"),
    records: (file) => readFileSync(join(folder, file), "utf8").trim().split("\n").map((line) => JSON.parse(line) as Record<string, unknown>),
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  };
}
