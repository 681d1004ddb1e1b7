import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { newNotebookMetadata } from "../../../extension/notebook/metadata.ts";

/** Writes a notebook of ours with these code cells. */
export function writeNotebook(folder: string, name: string, sources: readonly string[]): void {
  const cells = sources.map((source, index) => ({ cell_type: "code", id: `cell-${index}`, metadata: {}, source, outputs: [], execution_count: null }));
  writeFileSync(join(folder, name), JSON.stringify({ cells, metadata: newNotebookMetadata()["metadata"], nbformat: 4, nbformat_minor: 5 }));
}
