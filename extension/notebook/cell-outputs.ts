import * as vscode from "vscode";
import type { OutputData, OutputItem } from "./output-mapping.ts";
import type { OutputSink } from "./output-writer.ts";

/** Outputs can be changed only by an execution: gives the running one of the notebook, or makes one for the moment. */
export type WithExecution = (cell: vscode.NotebookCell, work: (execution: vscode.NotebookCellExecution) => Thenable<void>) => PromiseLike<void>;

/** The outputs of one cell in the editor. */
export class CellOutputs implements OutputSink<vscode.NotebookCellOutput> {
  readonly #cell: vscode.NotebookCell;
  readonly #with: WithExecution;

  constructor(cell: vscode.NotebookCell, withExecution: WithExecution) {
    this.#cell = cell;
    this.#with = withExecution;
  }

  make({ items, metadata }: OutputData): vscode.NotebookCellOutput {
    return new vscode.NotebookCellOutput(items.map(itemOf), metadata);
  }

  count(): number {
    return this.#cell.outputs.length;
  }

  append(outputs: vscode.NotebookCellOutput[]): PromiseLike<void> {
    return this.#with(this.#cell, (execution) => execution.appendOutput(outputs, this.#cell));
  }

  appendItem(output: vscode.NotebookCellOutput, item: OutputItem): PromiseLike<void> {
    return this.#with(this.#cell, (execution) => execution.appendOutputItems(itemOf(item), output));
  }

  replaceItems(output: vscode.NotebookCellOutput, items: OutputItem[]): PromiseLike<void> {
    return this.#with(this.#cell, (execution) => execution.replaceOutputItems(items.map(itemOf), output));
  }

  replaceAll(outputs: vscode.NotebookCellOutput[]): PromiseLike<void> {
    return this.#with(this.#cell, (execution) => execution.replaceOutput(outputs, this.#cell));
  }
}

function itemOf({ mime, data }: OutputItem): vscode.NotebookCellOutputItem {
  return new vscode.NotebookCellOutputItem(data, mime);
}
