// What matters of the Jupyter extension to ours: another controller for the same notebook type, which it chooses where the
// file names a Python kernel. It carries that extension's id, which VS Code knows. It offers nothing until it is asked to.
const vscode = require("vscode");

const ID = "stand-in-python";

exports.activate = (context) => {
  let owned = [];
  const choose = (notebookEditor) => {
    const isPython = notebookEditor.notebook.metadata.metadata?.kernelspec?.name === "python3";
    if (isPython) void vscode.commands.executeCommand("notebook.selectKernel", { notebookEditor, id: ID, extension: context.extension.id });
  };
  const offer = () => {
    const controller = vscode.notebooks.createNotebookController(ID, "jupyter-notebook", "Python of the stand-in");
    controller.executeHandler = (cells) => Promise.all(cells.map((cell) => execute(controller, cell)));
    owned = [controller, vscode.window.onDidChangeVisibleNotebookEditors((editors) => editors.forEach(choose))];
    context.subscriptions.push(...owned);
  };
  const withdraw = () => owned.forEach((one) => one.dispose());
  context.subscriptions.push(vscode.commands.registerCommand("standIn.offerKernel", (wanted = true) => (wanted ? offer() : withdraw())));
};

async function execute(controller, cell) {
  const execution = controller.createNotebookCellExecution(cell);
  execution.start(Date.now());
  await execution.replaceOutput(new vscode.NotebookCellOutput([vscode.NotebookCellOutputItem.text("the stand-in ran this", "text/plain")]));
  execution.end(true, Date.now());
}
