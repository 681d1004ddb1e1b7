import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

import * as vscode from "vscode";

import { answerChat } from "../../../extension/explain/chat/participant.ts";
import { RunningQuestions } from "../../../extension/explain/run/running-questions.ts";
import type { ViewState } from "../../../extension/explain/view/view-state.ts";
import { Log } from "../../../extension/host/log.ts";
import { RuntimeConnection } from "../../../extension/host/runtime-connection.ts";
import { Settings } from "../../../extension/host/settings.ts";
import { StatusBoard } from "../../../extension/host/status-board.ts";
import { connectRuntime } from "../../../runtime/client/connect.ts";
import type { RuntimeClient } from "../../../runtime/client/runtime-client.ts";
import { ScriptedServer } from "../../helpers/scripted-server.ts";
import { until } from "./until.ts";

/** Answers of a small model on one busy core. */
const SLOW_MS = 180_000;

const PYTHON = [
  "import json",
  "",
  "def load(path):",
  "    \"\"\"Read a JSON file.\"\"\"",
  "    with open(path) as file:",
  "        return json.load(file)",
  "",
  "def total(path):",
  "    numbers = load(path)",
  "    result = 0",
  "    for number in numbers:",
  "        result += number",
  "    return result",
  "",
].join("\n");

describe("explain", function () {
  this.timeout(SLOW_MS);
  let editor: vscode.TextEditor;

  before(async () => {
    await vscode.extensions.getExtension("retort.retort")?.activate();
    await set("explain.maxTokens", 48);
  });

  beforeEach(async () => {
    editor = await open("numbers.py", PYTHON);
  });

  afterEach(async () => {
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
  });

  it("explains a selection in a view beside the editor", async () => {
    editor.selection = new vscode.Selection(10, 0, 11, 24);
    const state = await run("retort.explainSelection");
    assert.equal(state.phase, "done", state.note);
    assert.ok(state.answer.trim().length > 10, `the answer is ${JSON.stringify(state.answer)}`);
    assert.match(state.context, /^\d+ of \d[\d,]* tokens: selection, function total/);
    assert.match(state.context, /imports/);
    assert.match(state.timing, /tok\/s.*smollm2-135m/);
    const tab = explanationTab();
    assert.ok(tab, "the view is open");
    assert.notEqual(tab.group.viewColumn, editor.viewColumn);
  });

  it("explains what is reported at the cursor, also from a quick fix", async () => {
    const problems = vscode.languages.createDiagnosticCollection("explain-test");
    try {
      const range = new vscode.Range(10, 18, 10, 25);
      problems.set(editor.document.uri, [new vscode.Diagnostic(range, "\"numbers\" is possibly unbound", vscode.DiagnosticSeverity.Error)]);
      const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>("vscode.executeCodeActionProvider", editor.document.uri, range, vscode.CodeActionKind.QuickFix.value);
      const action = actions.find(({ command }) => command?.command === "retort.explainError");
      assert.ok(action?.command, "the quick fix is offered");
      const state = await run(action.command.command, ...(action.command.arguments ?? []));
      assert.equal(state.phase, "done", state.note);
      assert.match(state.context, /function total, messages|messages, function total/);
    } finally {
      problems.dispose();
    }
  });

  it("opens no view where nothing is reported", async () => {
    assert.equal(await vscode.commands.executeCommand("retort.explainError"), null);
    assert.equal(explanationTab(), undefined);
  });

  for (const command of ["retort.explainFile", "retort.suggestFix", "retort.documentFunction", "retort.writeTest"]) {
    it(`${command} answers`, async () => {
      editor.selection = new vscode.Selection(11, 4, 11, 4);
      const state = await run(command);
      assert.equal(state.phase, "done", state.note);
      assert.ok(state.answer.trim() !== "", "there is text");
      assert.match(state.title, /numbers\.py$/);
    });
  }

  it("explains the text in the clipboard where no terminal is open", async () => {
    await vscode.env.clipboard.writeText("\u001b[31mnpm ERR!\u001b[0m missing script: tset");
    const state = await run("retort.explainTerminal");
    assert.equal(state.phase, "done", state.note);
    assert.match(state.context, /terminal output/);
    assert.match(await vscode.env.clipboard.readText(), /npm ERR!/);
  });

  it("explains what is selected in a terminal, and leaves the clipboard as it was", async () => {
    // The oldest VS Code that we run in has no terminals in this workbench.
    if (vscode.version.startsWith("1.100.")) return;
    await vscode.env.clipboard.writeText("mine");
    const terminal = vscode.window.createTerminal({ name: "explain-test", shellPath: "/bin/sh", shellArgs: ["-c", "echo 'tset: command not found'; sleep 60"] });
    try {
      terminal.show(false);
      const selected = await until("the selection", async () => {
        await vscode.commands.executeCommand("workbench.action.terminal.selectAll");
        await vscode.commands.executeCommand("workbench.action.terminal.copySelection");
        const text = await vscode.env.clipboard.readText();
        return text.includes("tset") ? text : null;
      });
      assert.match(selected, /command not found/);
      await vscode.env.clipboard.writeText("mine");
      const state = await run("retort.explainTerminal");
      assert.equal(state.phase, "done", state.note);
      assert.match(state.context, /terminal output/);
      assert.equal(await vscode.env.clipboard.readText(), "mine");
    } finally {
      terminal.dispose();
    }
  });

  it("stops in the middle of an answer, and the engine stops, too", async () => {
    await set("explain.maxTokens", 2000);
    const explaining = run("retort.explainFile");
    const client = await runtime();
    try {
      await until("the model works", async () => (await client.status()).active > 0);
      await vscode.commands.executeCommand("retort.stopExplanation");
      const state = await explaining;
      assert.equal(state.phase, "stopped");
      await until("the engine is idle", async () => (await client.status()).active === 0, 10_000);
    } finally {
      await client.dispose();
      await set("explain.maxTokens", 48);
    }
  });

  it("ends with its view, and a new explanation ends the one before", async () => {
    await set("explain.maxTokens", 2000);
    const client = await runtime();
    try {
      const first = run("retort.explainFile");
      await until("the first works", async () => (await client.status()).active > 0);
      const second = run("retort.explainFile");
      assert.equal((await first).phase, "stopped");
      const tab = await until("the view", explanationTab);
      await vscode.window.tabGroups.close(tab);
      assert.equal((await second).phase, "stopped");
    } finally {
      await client.dispose();
      await set("explain.maxTokens", 48);
    }
  });

  it("says in the view which model is missing, with one action", async () => {
    await set("model", "no-such-model");
    try {
      const state = await run("retort.explainFile");
      assert.equal(state.phase, "failed");
      assert.match(state.note, /no-such-model is not on this machine/);
      assert.equal(state.action, "Choose Model");
    } finally {
      await set("model", undefined);
    }
  });

  it("offers the local models to VS Code with the limits of the loaded context", async function () {
    if (!("registerLanguageModelChatProvider" in vscode.lm)) {
      // The oldest VS Code that we run in has no such API: there the extension must simply work, as the tests above show.
      return;
    }
    const models = await until("the models", async () => {
      const found = await vscode.lm.selectChatModels({ vendor: "retort" });
      return found.length > 0 ? found : null;
    });
    const model = models.find(({ id }) => id === "smollm2-135m");
    assert.ok(model, models.map(({ id }) => id).join());
    assert.equal(model.maxInputTokens, 4096 - 1024);
    assert.ok(await model.countTokens("one two three") >= 3);
    const response = await model.sendRequest([vscode.LanguageModelChatMessage.User("Say hello.")], { modelOptions: { max_tokens: 24 } });
    let text = "";
    for await (const part of response.text) text += part;
    assert.ok(text.trim().length > 2, text);
  });

  it("asks a server elsewhere with its key, which is in no setting, no log and no report", async () => {
    const server = await ScriptedServer.start();
    server.key = "sk-very-secret";
    server.pieces = [["thinking", "hm"], ["answer", "From afar."]];
    try {
      await set("runtime.url", server.url);
      const refused = await run("retort.explainFile");
      assert.equal(refused.phase, "failed");
      assert.match(refused.note, /key/i);
      assert.ok(refused.action !== "", "one action is offered");
      assert.ok(server.refused > 0);
      // As a person might paste it: it moves to the secret storage, and the address stays.
      await set("runtime.url", server.url.replace("//", "//:sk-very-secret@"));
      await until("the key is out of the setting", () => vscode.workspace.getConfiguration("retort").get("runtime.url") === server.url);
      const state = await until("an answer", async () => {
        const tried = await run("retort.explainFile");
        return tried.phase === "done" ? tried : null;
      });
      assert.deepEqual([state.answer, state.thinking], ["From afar.", "hm"]);
      assert.match(state.timing, /scripted/);
      const report = await vscode.commands.executeCommand<vscode.TextDocument>("retort.collectDiagnostics");
      assert.ok(!report.getText().includes("sk-very-secret") && !JSON.stringify(state).includes("sk-very-secret"));
      await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
    } finally {
      await set("runtime.url", undefined);
      server.close();
    }
    await until("VS Code no longer names the model of that server", async () => (await vscode.lm.selectChatModels({ vendor: "retort" })).every(({ id }) => id !== "scripted"));
  });

  it("writes a commit message for the staged changes into the Source Control input", async () => {
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    assert.ok(folder !== undefined, "a folder is open");
    const git = (...args: string[]): Promise<unknown> => promisify(execFile)("git", ["-c", "user.name=t", "-c", "user.email=t@example.org", ...args], { cwd: folder.fsPath });
    await git("init");
    await git("add", "numbers.py");
    await git("commit", "-m", "first");
    await open("numbers.py", PYTHON.replace("result = 0", "result = 0.0"));
    await git("add", "numbers.py");
    await vscode.workspace.getConfiguration("git").update("enabled", true, vscode.ConfigurationTarget.Global);
    try {
      const extension = await until("the Git extension", () => vscode.extensions.getExtension<GitForTest>("vscode.git"));
      const exports = await extension.activate();
      await until("Git is on", () => exports.enabled);
      const repository = await until("the repository", () => exports.getAPI(1).openRepository(folder));
      await set("explain.maxTokens", 48);
      const line = await vscode.commands.executeCommand<string | null>("retort.writeCommitMessage");
      assert.match(line ?? "", /^(feat|fix|docs|style|refactor|perf|test|build|ci|chore|revert)(\([^)]+\))?!?: \S/);
      assert.equal(repository.inputBox.value, line);
    } finally {
      await vscode.workspace.getConfiguration("git").update("enabled", undefined, vscode.ConfigurationTarget.Global);
    }
  });

  it("answers @retort in the chat with the code at the cursor, and ends when it is cancelled", async () => {
    editor.selection = new vscode.Selection(8, 4, 8, 4);
    // The extension's own runtime answers: the copy of the code in this test would start one from another folder.
    await run("retort.explainSelection");
    await vscode.window.showTextDocument(editor.document);
    const log = new Log();
    const settings = new Settings((message) => log.warn(message));
    const connection = new RuntimeConnection(settings, noSecrets, log);
    const status = new StatusBoard();
    try {
      const context = vscode.extensions.getExtension("retort.retort") as unknown as vscode.ExtensionContext;
      const services = { context, settings, runtime: connection, log, status, questions: new RunningQuestions(() => undefined) };
      const said: string[] = [];
      const told: string[] = [];
      const stream = { markdown: (text: string) => said.push(text), progress: (text: string) => told.push(text), button: () => undefined } as unknown as vscode.ChatResponseStream;
      const request = { prompt: "", command: "explain", references: [], model: { vendor: "copilot", id: "x" } } as unknown as vscode.ChatRequest;
      const source = new vscode.CancellationTokenSource();
      const result = await answerChat(services, request, { history: [] } as unknown as vscode.ChatContext, stream, source.token);
      assert.equal(result.errorDetails, undefined);
      assert.ok(said.length > 3 && said.join("").trim().length > 10, said.join(""));
      assert.match(told[0] ?? "", /function total/);
      said.length = 0;
      const cancelled = answerChat(services, request, { history: [] } as unknown as vscode.ChatContext, stream, source.token);
      source.cancel();
      assert.deepEqual((await cancelled).metadata, { stopped: true });
    } finally {
      await connection.dispose();
      status.dispose();
      log.dispose();
    }
  });
});

describe("@retort and a model that thinks for long", function () {
  this.timeout(SLOW_MS);
  it("has a button that ends the thinking, after which the answer comes at once", async () => {
    const server = await ScriptedServer.start();
    server.pieces = [["thinking", "From all sides"]];
    server.endless = true;
    server.continued = [["answer", "So."]];
    await set("runtime.url", server.url);
    const log = new Log();
    const settings = new Settings((message) => log.warn(message));
    const connection = new RuntimeConnection(settings, noSecrets, log);
    const status = new StatusBoard();
    const questions = new RunningQuestions(() => undefined);
    try {
      const context = vscode.extensions.getExtension("retort.retort") as unknown as vscode.ExtensionContext;
      const said: string[] = [];
      const buttons: vscode.Command[] = [];
      const stream = {
        markdown: (text: string) => said.push(text),
        progress: () => undefined,
        button: (button: vscode.Command) => { buttons.push(button); setTimeout(() => questions.answerNow(button.arguments?.[0] as string)); },
      } as unknown as vscode.ChatResponseStream;
      const request = { prompt: "Why?", command: undefined, references: [], model: { vendor: "copilot", id: "x" } } as unknown as vscode.ChatRequest;
      const result = await answerChat({ context, settings, runtime: connection, log, status, questions }, request, { history: [] } as unknown as vscode.ChatContext, stream, new vscode.CancellationTokenSource().token);
      assert.equal(result.errorDetails, undefined);
      assert.deepEqual([said.join(""), buttons.map(({ command }) => command)], ["So.", ["retort.answerNow"]]);
      await until("the end of the first request", () => server.open === 0);
    } finally {
      await set("runtime.url", undefined);
      await connection.dispose();
      status.dispose();
      log.dispose();
      server.close();
    }
  });
});

interface GitForTest {
  enabled: boolean;
  getAPI(version: 1): { openRepository(root: vscode.Uri): Promise<{ inputBox: { value: string } } | null> };
}

const noSecrets = { get: async () => undefined, store: async () => undefined, delete: async () => undefined, onDidChange: () => ({ dispose: () => undefined }) } as unknown as vscode.SecretStorage;

async function run(command: string, ...args: unknown[]): Promise<ViewState> {
  const state = await vscode.commands.executeCommand<ViewState | null>(command, ...args);
  assert.ok(state !== null, `${command} had nothing to do`);
  return state;
}

async function open(name: string, text: string): Promise<vscode.TextEditor> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  assert.ok(folder !== undefined, "a folder is open");
  const path = join(folder, name);
  await writeFile(path, text);
  return vscode.window.showTextDocument(await vscode.workspace.openTextDocument(path), { viewColumn: vscode.ViewColumn.One });
}

async function set(name: string, value: unknown): Promise<void> {
  await vscode.workspace.getConfiguration("retort").update(name, value, vscode.ConfigurationTarget.Global);
}

function explanationTab(): vscode.Tab | undefined {
  return vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).find(({ input }) => input instanceof vscode.TabInputWebview && input.viewType.endsWith("retort.explanation"));
}

/** The runtime that the extension has started. */
async function runtime(): Promise<RuntimeClient> {
  return until("a runtime", () => connectRuntime({ startIfMissing: false }).catch(() => null));
}
