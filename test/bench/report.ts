import { readFileSync } from "node:fs";
import { cpus, totalmem, type } from "node:os";
import { join } from "node:path";
import { packageRoot, packageVersion } from "../../runtime/entry.ts";
import { writeFileAtomic } from "../../runtime/file.ts";
import type { BenchOptions, BenchRow } from "./bench.ts";
import { gpuFacts } from "./gpu/device.ts";

/** What a figure is worth depends on where it was measured. No host name, no path. */
export interface MachineFacts {
  date: string;
  retort: string;
  engine: string;
  node: string;
  system: string;
  cpu: string;
  cores: number;
  memoryGiB: number;
  gpu: string | null;
  /** What else the reader has to know, such as the back ends that were measured. */
  notes: readonly string[];
}

export function machineFacts(options: BenchOptions, notes: readonly string[] = []): MachineFacts {
  const engine = JSON.parse(readFileSync(join(packageRoot(), "node_modules", "node-llama-cpp", "package.json"), "utf8")) as { version: string };
  return {
    date: new Date().toISOString().slice(0, 10),
    retort: packageVersion(),
    engine: `node-llama-cpp ${engine.version}`,
    node: process.version,
    system: type(),
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    gpu: options.gpu ? gpuName() : null,
    notes,
  };
}

function gpuName(): string {
  const { name, driver, memory } = gpuFacts();
  return `${name}, driver ${driver}, ${memory}`;
}

/** The result as a Markdown page. */
export function table(facts: MachineFacts, rows: BenchRow[], failures: string[]): string {
  const head = [
    `Retort ${facts.retort}, ${facts.engine}, Node ${facts.node}, ${facts.date}.`,
    `${facts.cores} x ${facts.cpu}, ${facts.memoryGiB} GiB, ${facts.system}${facts.gpu === null ? ", no GPU" : `, ${facts.gpu}`}.`,
    ...facts.notes,
    "Medians of interleaved rounds.",
  ];
  const lines = rows.map((row) => `| ${[row.what, row.ours, row.peer, row.shown, row.goal, row.met ? "yes" : "**no**", row.rounds].join(" | ")} |`);
  const failed = failures.map((text) => `* not measured: ${text}`);
  return [...head, "", "| what | ours | peer | result | goal | met | rounds |", "|---|---|---|---|---|---|---|", ...lines, "", ...failed].join("\n");
}

/** Writes the result as JSON and as Markdown beside it. Resolves to the name without ending. */
export async function writeResults(facts: MachineFacts, rows: BenchRow[], failures: string[]): Promise<string> {
  const device = (facts.gpu ?? facts.cpu).toLowerCase().replace(/[^a-z0-9]+/g, "-").slice(0, 40);
  const name = join("test", "bench", "results", `${facts.date}-${device}`);
  const base = join(packageRoot(), name);
  await writeFileAtomic(`${base}.json`, `${JSON.stringify({ machine: facts, rows, failures }, null, 1)}\n`);
  await writeFileAtomic(`${base}.md`, `${table(facts, rows, failures)}\n`);
  return name;
}
