import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import * as vscode from "vscode";

import { NOTEBOOK_TYPE } from "../../../extension/notebook/metadata.ts";
import type { InfillRequest } from "../../../runtime/api/types.ts";
import { FillServer } from "./fill-server.ts";
import { NotebookDriver } from "./notebook-driver.ts";
import { until } from "./until.ts";

/** Longer than the wait for idle time, under load. */
const IDLE_MS = 60_000;
/** A language service that is at it for so long holds up nothing. In ms. */
const SLOW_SERVICE_MS = 20_000;
/** Idle times that a test waits for. */
const MOST_ROUNDS = 7;
const SECRET = "marker-of-a-secret";
const IGNORED = "marker-of-an-ignored-file";

type Extras = NonNullable<InfillRequest["input_extra"]>;

describe("context of completions", function () {
  this.timeout(120_000);
  let server: FillServer;

  const folder = (): string => vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? assert.fail("there is a folder");
  const configure = (name: string, value: unknown): Thenable<void> => vscode.workspace.getConfiguration("retort").update(name, value, vscode.ConfigurationTarget.Global);

  function write(name: string, text: string): string {
    const path = join(folder(), name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return path;
  }

  async function open(path: string): Promise<vscode.TextEditor> {
    return vscode.window.showTextDocument(await vscode.workspace.openTextDocument(path));
  }

  async function closeAll(): Promise<void> {
    await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
  }

  function moveTo(editor: vscode.TextEditor, line: number): void {
    const { end } = editor.document.lineAt(line).range;
    editor.selection = new vscode.Selection(end, end);
  }

  /** The other code in the next request of idle time, once `enough` of it is there. */
  async function extras(editor: vscode.TextEditor, lines: readonly number[], enough: (extras: Extras) => boolean): Promise<Extras> {
    const from = server.warmed.length;
    for (let round = 0; ; round++) {
      moveTo(editor, lines[round % lines.length] ?? 0);
      const count = server.warmed.length;
      await until("something is evaluated in idle time", () => server.warmed.length > count, IDLE_MS);
      const found = server.warmed.at(-1)?.input_extra ?? [];
      // Each update takes up a few pieces only, and on a busy machine no service answers within the box each time.
      if (enough(found) || round === MOST_ROUNDS) {
        assert.ok(server.warmed.slice(from).every(({ max_tokens: tokens }) => tokens === 0), "nothing is generated in idle time");
        return found;
      }
    }
  }

  before(async () => {
    await vscode.extensions.getExtension("retort.retort")?.activate();
    write(".gitignore", "private_area.py\n");
    server = await FillServer.start();
    server.reply = () => "compute_area(1, 2)";
    await configure("runtime.url", server.url);
    // Idle work is for people who use completion.
    const editor = await open(write("first_use.py", "area = \n"));
    moveTo(editor, 0);
    await until("a completion was asked for", async () => {
      await vscode.commands.executeCommand("editor.action.inlineSuggest.trigger");
      return server.asked.length > 0;
    });
    await closeAll();
  });

  after(async () => {
    await closeAll();
    await configure("runtime.url", undefined);
    await server.dispose();
  });

  describe("in a file", () => {
    const PROBLEM = "compute_area wants a unit";
    let found: Extras = [];
    let request: InfillRequest | undefined;
    const from = (name: string): Extras => found.filter(({ filename }) => filename.startsWith(name));

    before(async () => {
      write("shapes/area_tools.py", "def compute_area(width, height):\n    return width * height\n");
      const defined = write("shapes/units.py", `# first line\n\nclass AreaUnit:\n    def compute_area_unit(self, area):\n        return area\n`);
      const visited = write("visited_area.py", "def visited_compute_area(area):\n    return area + 1\n");
      const secret = write(".env", `COMPUTE_AREA=${SECRET}\n`);
      const ignored = write("private_area.py", `def compute_area_private(area):\n    return "${IGNORED}"\n`);
      const large = write("large_area.py", `${"\n".repeat(3_000)}def compute_area_edited(area):\n    return area\n`);
      const main = write("main_area.py", "from shapes.area_tools import compute_area\n\n\narea = compute_area(2, 3)\nunit = AreaUnit()\n\n\nprint(area, unit)\n");

      for (const path of [visited, secret, ignored]) {
        await open(path);
        await vscode.commands.executeCommand("workbench.action.closeActiveEditor");
      }
      const edited = await open(large);
      await edited.edit((edit) => edit.insert(new vscode.Position(3_001, 4), "area += 1\n    "));
      await edited.document.save();

      const editor = await open(main);
      const problems = vscode.languages.createDiagnosticCollection("area");
      const service = vscode.languages.registerDefinitionProvider({ pattern: "**/main_area.py" }, {
        provideDefinition: (document, position) => document.getText(document.getWordRangeAtPosition(position)) === "AreaUnit"
          ? new vscode.Location(vscode.Uri.file(defined), new vscode.Range(2, 0, 4, 19)) : null,
      });
      try {
        problems.set(editor.document.uri, [new vscode.Diagnostic(new vscode.Range(3, 0, 3, 4), PROBLEM, vscode.DiagnosticSeverity.Warning)]);
        found = await extras(editor, [5, 6], (all) => all.length >= 5 && all.some(({ filename }) => filename === "shapes/units.py"));
        server.filled.splice(0);
        await vscode.commands.executeCommand("editor.action.inlineSuggest.trigger");
        request = await until("a completion was asked for", () => server.asked[0]);
      } finally {
        service.dispose();
        problems.dispose();
      }
    });

    it("has the definition that a language service gave, whole, of a file that was never opened", () => {
      assert.deepEqual(from("shapes/units.py").map(({ text }) => text), ["class AreaUnit:\n    def compute_area_unit(self, area):\n        return area"]);
    });

    it("has what is imported", () => {
      assert.deepEqual(from("shapes/area_tools.py").map(({ text }) => text), ["def compute_area(width, height):\n    return width * height"]);
    });

    it("has the problems near the cursor", () => {
      assert.deepEqual(from("main_area.py (problems)").map(({ text }) => text), [`line 4: ${PROBLEM}`]);
    });

    it("has a file that was visited and closed", () => {
      assert.match(from("visited_area.py")[0]?.text ?? "", /visited_compute_area/);
    });

    it("has the place of a recent edit, deep in a file of which only the beginning would be read", () => {
      assert.match(from("large_area.py")[0]?.text ?? "", /compute_area_edited\(area\):\n {4}area \+= 1/);
    });

    it("never has the file that is edited", () => {
      assert.deepEqual(from("main_area.py").filter(({ filename }) => filename === "main_area.py"), []);
    });

    it("goes into the completion's request, in the same order as it was evaluated", () => {
      assert.deepEqual(request?.input_extra, found);
      assert.match(request?.input_prefix ?? "", /unit = AreaUnit\(\)\n/);
    });

    it("has nothing of ignored files and of files with secrets, though they were open", () => {
      const sent = JSON.stringify(server.filled);
      assert.match(sent, /compute_area/);
      for (const marker of [SECRET, IGNORED, ".env", "private_area.py"]) assert.ok(!sent.includes(marker), `${marker} was sent`);
    });
  });

  it("does not wait for a slow language service", async () => {
    write("shapes/late.py", "class LateArea:\n    pass\n");
    const editor = await open(write("late_area.py", "late = LateArea()\n\n\n"));
    let asked = false;
    const end = new AbortController();
    const service = vscode.languages.registerDefinitionProvider({ pattern: "**/late_area.py" }, {
      provideDefinition: async () => {
        asked = true;
        await sleep(SLOW_SERVICE_MS, undefined, { signal: end.signal }).catch(() => undefined);
        return new vscode.Location(vscode.Uri.file(join(folder(), "shapes/late.py")), new vscode.Range(0, 0, 1, 8));
      },
    });
    const since = performance.now();
    try {
      const found = await extras(editor, [1], () => true);
      assert.ok(asked, "the service was asked");
      assert.ok(performance.now() - since < SLOW_SERVICE_MS, "the request did not wait for its answer");
      assert.deepEqual(found.filter(({ filename }) => filename === "shapes/late.py"), []);
    } finally {
      end.abort();
      service.dispose();
      await closeAll();
    }
  });

  const CELLS = ["%%model\nnothing", "Earlier cell about the harvest of apples", "Next to the harvest of pears", ""];
  const savedNotebook = async (): Promise<vscode.NotebookDocument> => (await NotebookDriver.open(CELLS)).notebook;
  const unsavedNotebook = async (): Promise<vscode.NotebookDocument> => {
    const cells = CELLS.map((source) => new vscode.NotebookCellData(vscode.NotebookCellKind.Code, source, "retort"));
    const notebook = await vscode.workspace.openNotebookDocument(NOTEBOOK_TYPE, new vscode.NotebookData(cells));
    await vscode.window.showNotebookDocument(notebook);
    return notebook;
  };
  for (const [name, openNotebook] of [["a notebook", savedNotebook], ["a notebook that was never saved", unsavedNotebook]] as const) {
    it(`has the other cells of ${name}, the one before first`, async () => {
      const notebook = await openNotebook();
      try {
        const cell = notebook.cellAt(3).document;
        const editor = await until("the cell has an editor", () => vscode.window.visibleTextEditors.find(({ document }) => document === cell));
        await vscode.window.showTextDocument(cell, { preserveFocus: false });
        await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), "harvest\n\n"));
        const found = await extras(editor, [1, 2], (all) => all.length >= 2);
        assert.deepEqual(found.filter(({ filename }) => filename.includes("cell")).map(({ text }) => text), [CELLS[2], CELLS[1]]);
      } finally {
        await closeAll();
      }
    });
  }
});
