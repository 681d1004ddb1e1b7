import type { ICell, INotebookContent } from "@jupyterlab/nbformat";
import { parseCell } from "../cells/parse.ts";
import type { PromptCell } from "../cells/cell.ts";
import type { Converted } from "./converted.ts";
import type { TextCell } from "./text-form.ts";

/** The cells of a notebook for the text form, and what that does not hold: outputs, attachments, other metadata. */
export function notebookCells({ cells }: INotebookContent): Converted<TextCell[]> {
  const losses: string[] = [];
  const outputs = cells.filter((cell) => Array.isArray(cell.outputs) && cell.outputs.length > 0).length;
  if (outputs > 0) losses.push(`the outputs of ${outputs} cells: run the notebook again`);
  const value = cells.map((cell, i): TextCell => {
    if ("attachments" in cell && Object.keys((cell.attachments as object | undefined) ?? {}).length > 0) losses.push(`the attachments of cell ${i + 1}`);
    const { tags, ...metadata } = cell.metadata as Record<string, unknown>;
    if (Object.keys(metadata).length > 0) losses.push(`metadata of cell ${i + 1}: ${Object.keys(metadata).join(", ")}`);
    return { type: cell.cell_type === "code" ? "code" : cell.cell_type === "raw" ? "raw" : "markdown", source: sourceOf(cell), tags: Array.isArray(tags) ? tags.map(String) : [] };
  });
  return { value, losses };
}

/** A notebook of these cells, without outputs. */
export function notebookOf(cells: readonly TextCell[]): INotebookContent {
  return {
    metadata: {
      kernelspec: { display_name: "Retort", language: "retort", name: "retort" },
      language_info: { name: "retort", file_extension: ".retort.md", mimetype: "text/x-retort" },
      retort: { format: 1 },
    },
    nbformat: 4,
    nbformat_minor: 5,
    cells: cells.map(({ type, source, tags }, i) => ({
      cell_type: type,
      id: `cell-${i + 1}`,
      metadata: tags.length === 0 ? {} : { tags },
      source,
      ...(type === "code" ? { execution_count: null, outputs: [] } : {}),
    })) as INotebookContent["cells"],
  };
}

/** The prompt cell of that name, or the last one; null where there is none. */
export function findPrompt(sources: readonly string[], name: string | undefined): PromptCell | null {
  const prompts = sources.flatMap((source) => {
    const { cell } = parseCell(source);
    return cell.kind === "prompt" ? [cell] : [];
  });
  if (name === undefined) return prompts.at(-1) ?? null;
  return prompts.findLast(({ settings }) => settings.some(({ key, value }) => key === "name" && value === name)) ?? null;
}

/** Variables that the `%%vars` cells set, as they stand. */
export function staticValues(sources: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(sources.flatMap((source) => {
    const { cell } = parseCell(source);
    return cell.kind === "vars" ? cell.values.map(({ key, value }) => [key, value] as const) : [];
  }));
}

function sourceOf({ source }: ICell): string {
  return Array.isArray(source) ? source.join("") : source;
}
