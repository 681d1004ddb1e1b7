import type * as vscode from "vscode";

/** Changes outputs of a cell that has ended, and leaves its number, its mark and its time as they were. */
export async function lateExecution(controller: vscode.NotebookController, cell: vscode.NotebookCell, work: (execution: vscode.NotebookCellExecution) => Thenable<void>): Promise<void> {
  if (cell.index < 0 || cell.notebook.isClosed) return;
  const { executionOrder, success, timing } = cell.executionSummary ?? {};
  const execution = controller.createNotebookCellExecution(cell);
  execution.executionOrder = executionOrder;
  execution.start(timing?.startTime);
  try {
    await work(execution);
  } finally {
    execution.end(success, timing?.endTime);
  }
}
