import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import * as vscode from "vscode";

import { addOwnModel, forgetOwnModel } from "../../../runtime/client/own-models.ts";
import { connectRuntime } from "../../../runtime/client/connect.ts";
import { retortPaths } from "../../../runtime/paths.ts";
import { writeFimGguf } from "../../helpers/fim-gguf.ts";
import { until } from "./until.ts";

/** The first suggestion starts a runtime and loads a model. */
const FIRST_MS = 90_000;

describe("code completion", function () {
  this.timeout(120_000);

  const folder = (): string => vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? assert.fail("there is a folder");
  const set = (name: string, value: unknown): Thenable<void> => vscode.workspace.getConfiguration("retort.completion").update(name, value, vscode.ConfigurationTarget.Global);
  const why = async (): Promise<string> => (await vscode.commands.executeCommand<string>("retort.whyNoSuggestion")) ?? "";
  const statistics = async (): Promise<string> => {
    const page = await vscode.commands.executeCommand<string>("retort.completionStatistics");
    await vscode.commands.executeCommand("workbench.action.closeActiveEditor");
    return page;
  };
  const count = (page: string, row: string): number => Number(new RegExp(`\\| ${row} \\| (\\d+)`).exec(page)?.[1] ?? Number.NaN);

  async function open(name: string, marked: string): Promise<vscode.TextEditor> {
    const path = join(folder(), name);
    const at = marked.indexOf("|");
    writeFileSync(path, marked.slice(0, at) + marked.slice(at + 1));
    const document = await vscode.workspace.openTextDocument(path);
    const editor = await vscode.window.showTextDocument(document);
    const position = document.positionAt(at);
    editor.selection = new vscode.Selection(position, position);
    return editor;
  }

  /** Asks for ghost text and accepts it, again and again until the document has changed. */
  async function accept(editor: vscode.TextEditor, command: string, withinMs: number): Promise<string> {
    const before = editor.document.getText();
    await vscode.commands.executeCommand("editor.action.inlineSuggest.trigger");
    await until(`${command} changes the document (last answer: ${await why()})`, async () => {
      await vscode.commands.executeCommand(command);
      return editor.document.getText() !== before;
    }, withinMs);
    return editor.document.getText();
  }

  before(async () => {
    await vscode.extensions.getExtension("retort.retort")?.activate();
    // The demonstration model is too small to be sure of anything.
    await set("confidence", 0);
  });

  afterEach(async () => {
    await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
  });

  after(async () => {
    await set("confidence", undefined);
  });

  it("asks the engine nothing while it is off", async () => {
    await vscode.commands.executeCommand("retort.resetCompletionStatistics");
    await set("enable", { "*": false });
    try {
      const editor = await open("off.py", "def add(a, b):\n    return |\n");
      await vscode.commands.executeCommand("type", { text: "a" });
      await vscode.commands.executeCommand("editor.action.inlineSuggest.trigger");
      await until("a request was answered", async () => /Completion is off\./.test(await why()));
      assert.equal(editor.document.lineAt(1).text, "    return a");
      const page = await statistics();
      assert.equal(count(page, "Requests"), 0);
      assert.equal(count(page, "Tokens generated"), 0);
    } finally {
      await set("enable", undefined);
    }
  });

  it("shows and accepts ghost text in a Python file", async () => {
    const editor = await open("first.py", "def add(a, b):\n    return a + b\n\n\ndef subtract(a, b):\n    return |\n");
    const text = await accept(editor, "editor.action.inlineSuggest.commit", FIRST_MS);
    assert.match(text, /def subtract\(a, b\):\n {4}return\s+\S/);
    assert.match(text, /^def add\(a, b\):\n {4}return a \+ b\n/);
    // The engine's own numbers come when it has written what may follow.
    await until("it is counted", async () => {
      const page = await statistics();
      return count(page, "Accepted") >= 1 && count(page, "Tokens generated") > 0;
    });
  });

  it("shows and accepts ghost text in a TypeScript file with CRLF", async () => {
    const editor = await open("second.ts", "export function add(a: number, b: number): number {\r\n  return a + b;\r\n}\r\n\r\nexport function subtract(a: number, b: number): number {\r\n  return |\r\n}\r\n");
    const text = await accept(editor, "editor.action.inlineSuggest.commit", FIRST_MS);
    assert.match(text, /subtract\(a: number, b: number\): number \{\r\n {2}return\s+\S/);
    assert.doesNotMatch(text, /[^\r]\n/);
    assert.equal(text.match(/^\}/gm)?.length, 2);
  });

  it("accepts a word at a time", async () => {
    const editor = await open("word.py", "names = ['a', 'b', 'c']\nfor name in names:\n    print(name)\nfor name in |\n");
    const before = editor.document.getText();
    const text = await accept(editor, "retort.acceptWord", FIRST_MS);
    assert.ok(text.length > before.length);
    assert.equal(text.split("\n").length, before.split("\n").length);
    await until("the accepted word is counted", async () => count(await statistics(), "Accepted in part") >= 1);
  });

  it("says why there is none", async () => {
    await open("comment.py", "# what this does is |\n");
    await vscode.commands.executeCommand("type", { text: "x" });
    await until("the comment is the reason", async () => /in a comment/.test(await why()));
  });

  it("is silent while snoozed, and back after", async () => {
    await vscode.commands.executeCommand("retort.snoozeCompletion", 5);
    const editor = await open("snoozed.py", "def add(a, b):\n    return |\n");
    await vscode.commands.executeCommand("type", { text: "a" });
    await until("snoozing is the reason", async () => /snoozed/.test(await why()));
    await vscode.commands.executeCommand("retort.snoozeCompletion", 0);
    await accept(editor, "editor.action.inlineSuggest.commit", FIRST_MS);
  });

  it("leaves files with secrets alone", async () => {
    await open(".env", "TOKEN=|\n");
    await vscode.commands.executeCommand("editor.action.inlineSuggest.trigger");
    await until("the file is the reason", async () => /may hold secrets|off for this language/.test(await why()));
  });

  it("uses a coder of the user's own, known from its file before anything has loaded it", async () => {
    const paths = retortPaths(process.env);
    const name = await addOwnModel(paths, await writeFimGguf(join(folder(), "..", "own-models")));
    const client = await connectRuntime({ env: process.env });
    const loaded = async (): Promise<boolean> => (await client.models()).some(({ id, retort }) => id === name && (retort?.precisions.some((one) => one.loaded) ?? false));
    try {
      const offer = await until("it is offered", async () => (await client.offers()).models.find(({ id }) => id === name));
      assert.deepEqual([offer.capabilities, await loaded()], [["chat", "fim"], false]);
      await set("model", name);
      await open("own.py", "value = |\n");
      await vscode.commands.executeCommand("editor.action.inlineSuggest.trigger");
      await until(`it fills in (last answer: ${await why()})`, loaded, FIRST_MS);
    } finally {
      await set("model", undefined);
      await forgetOwnModel(paths, name);
      await client.dispose();
    }
  });

  it("keeps its statistics until they are reset", async () => {
    assert.ok(count(await statistics(), "Requests") > 0);
    await vscode.commands.executeCommand("retort.resetCompletionStatistics");
    assert.equal(count(await statistics(), "Requests"), 0);
  });
});
