import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";

import * as vscode from "vscode";

import type { Toggled } from "../../../extension/models/toggle-precision.ts";
import { connectRuntime } from "../../../runtime/client/connect.ts";
import type { RuntimeClient } from "../../../runtime/client/runtime-client.ts";
import { retortPaths } from "../../../runtime/paths.ts";
import { HubServer, stallAfter } from "../../helpers/hub-server.ts";
import { encodeTiny, tinyGguf, writeTinyGguf } from "../../helpers/tiny-gguf.ts";
import { until } from "./until.ts";

/** Two loads and three short generations on one busy core. */
const SLOW_MS = 180_000;
const SMOLLM2 = "smollm2-135m";
const DOWNLOADED = "deepseek-r1-1.5b";

describe("models", function () {
  this.timeout(SLOW_MS);
  before(async () => { await vscode.extensions.getExtension("retort.retort")?.activate(); });
  afterEach(async () => {
    await set("model", undefined);
    await vscode.commands.executeCommand("workbench.action.closeQuickOpen");
    await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
  });

  it("toggles FP16 and INT8 live and measures what it changed", async () => {
    await set("model", SMOLLM2);
    const first = await vscode.commands.executeCommand<Toggled>("retort.togglePrecision");
    const second = await vscode.commands.executeCommand<Toggled>("retort.togglePrecision");
    assert.notEqual(first.after.precision, second.after.precision);
    assert.equal(second.before?.precision, first.after.precision);
    const [fp16, int8] = second.after.precision === "int8" ? [second.before, second.after] : [second.after, second.before];
    assert.ok((fp16?.memory ?? 0) > (int8?.memory ?? Infinity), "FP16 takes more memory");
    for (const trial of [second.before, second.after]) assert.ok((trial?.decodeTokS ?? 0) > 0 && (trial?.ttftMs ?? 0) > 0, JSON.stringify(trial));
    const client = await ownClient();
    assert.equal((await client.status()).active_precision[SMOLLM2], second.after.precision);
    await client.dispose();
  });

  it("checks the machine with a real run and recommends", async () => {
    const report = await vscode.commands.executeCommand<string>("retort.checkMachine");
    assert.match(report, /Computes with \*\*CPU\*\*/);
    assert.match(report, /speed: \d+(\.\d+)? tok\/s/);
    assert.match(report, /time to the first token: \d/);
    assert.match(report, /\* code completion: /);
    assert.match(report, /\| SmolLM2\\-135M\\-Instruct \| INT8 \|/);
  });

  it("picks a model by the keyboard", async () => {
    await set("model", SMOLLM2);
    const done = vscode.commands.executeCommand("retort.chooseModel");
    await pressEnterUntil(done);
    assert.equal(vscode.workspace.getConfiguration("retort").inspect("model")?.globalValue, undefined, "the first row is Automatic");
  });

  it("uses a GGUF file of the user's own in place, and refuses one that is none", async () => {
    const folder = mkdtempSync(join(tmpdir(), "retort-own-"));
    const path = await writeTinyGguf(join(folder, "My Tiny.gguf"));
    await vscode.commands.executeCommand("retort.addModelFile", path);
    assert.equal(vscode.workspace.getConfiguration("retort").get("model"), "my-tiny");
    const client = await ownClient();
    assert.ok((await client.models()).some(({ id }) => id === "my-tiny"));
    const reply = await client.chat({ model: "my-tiny", messages: [{ role: "user", content: "hello" }], max_tokens: 4, ignore_eos: true });
    assert.ok((reply.usage?.completion_tokens ?? 0) > 0);
    const bad = join(folder, "bad.gguf");
    writeFileSync(bad, "this is no model");
    await vscode.commands.executeCommand("retort.addModelFile", bad);
    await until("the bad file is off the list", async () => (await client.offers()).models.every(({ id }) => id !== "bad"));
    await client.dispose();
    rmSync(folder, { recursive: true });
  });

  it("fault 73: moves a key out of the settings, and sends it to the server", async () => {
    const keys: Array<string | undefined> = [];
    const server = createServer((request, response) => {
      keys.push(request.headers.authorization);
      response.setHeader("content-type", "application/json").end(JSON.stringify({ object: "list", data: [{ id: "served", object: "model", created: 0, owned_by: "x" }] }));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      await set("runtime.url", `http://anna:hunter2@${address}`);
      await until("the key is out of the setting", () => vscode.workspace.getConfiguration("retort").get("runtime.url") === `http://${address}`);
      await pressEnterUntil(vscode.commands.executeCommand("retort.chooseModel"));
      assert.equal(keys[0], "Bearer hunter2");
      assert.equal(vscode.workspace.getConfiguration("retort").get("model"), "served");
    } finally {
      await set("runtime.url", undefined);
      server.close();
      server.closeAllConnections();
    }
  });

  it("collects diagnostics without names, paths and addresses", async () => {
    await set("runtime.modelsFolder", join(process.env.RETORT_MODELS ?? tmpdir()));
    const document = await vscode.commands.executeCommand<vscode.TextDocument>("retort.collectDiagnostics");
    await set("runtime.modelsFolder", undefined);
    const text = document.getText();
    for (const section of ["Versions", "Settings that were changed", "State", "Devices", "Models", "Last lines of the log"]) assert.match(text, new RegExp(`## ${section}`));
    assert.match(text, /retort\.runtime\.modelsFolder: \(set\)/);
    assert.match(text, /Connected to http:/);
    for (const hidden of [homedir(), process.env.RETORT_HOME ?? "?", process.env.RETORT_MODELS ?? "?", vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? "?"]) {
      assert.ok(!text.includes(hidden), `${hidden} is in the report`);
    }
  });

  it("shows memory in a view of its own", async () => {
    await vscode.commands.executeCommand("retort.showMemory");
    await vscode.commands.executeCommand("retort.showMemory");
    const views = (): vscode.Tab[] => vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).filter(({ input }) => input instanceof vscode.TabInputWebview && input.viewType.endsWith("retort.memory"));
    await until("the view is open", () => views().length > 0);
    assert.equal(views().length, 1);
  });

  it("opens a sample file with the cursor where a suggestion belongs", async () => {
    await vscode.commands.executeCommand("retort.firstSuggestion");
    const editor = vscode.window.activeTextEditor;
    assert.equal(editor?.document.languageId, "python");
    assert.equal(editor.document.offsetAt(editor.selection.active), editor.document.getText().length);
  });

  it("runs a first cell", async () => {
    const notebook = await vscode.commands.executeCommand<vscode.NotebookDocument>("retort.firstCell");
    await until("the cell has an answer", () => notebook.cellAt(0).executionSummary?.success === true, SLOW_MS);
    assert.ok(notebook.cellAt(0).outputs.length > 0);
  });

  describe("with a hub of its own", () => {
    let hub: HubServer;
    let folder: string;
    const environment = { ...process.env };
    before(async () => {
      hub = await new HubServer(encodeTiny(tinyGguf())).listen();
      folder = mkdtempSync(join(tmpdir(), "retort-hub-"));
      Object.assign(process.env, { RETORT_HOME: folder, RETORT_MODELS: join(folder, "models"), HF_ENDPOINT: hub.url });
      // Changing a setting of the runtime lets the extension look for a runtime anew, with this environment.
      await set("runtime.contextLength", 1024);
    });
    after(async () => {
      const client = await ownClient();
      await client.shutdown();
      await client.dispose();
      Object.assign(process.env, environment);
      if (environment.HF_ENDPOINT === undefined) delete process.env.HF_ENDPOINT;
      await set("runtime.contextLength", undefined);
      await hub.dispose();
      await until("the runtime is gone", () => { rmSync(folder, { recursive: true, force: true }); return true; });
    });

    it("gets a first model in one action, which is then on this machine", async () => {
      await vscode.commands.executeCommand("retort.getFirstModel", DOWNLOADED);
      const client = await ownClient();
      const offer = (await client.offers()).models.find(({ id }) => id === DOWNLOADED)?.precisions.find(({ precision }) => precision === "int8");
      // The hub serves an F16 file whatever it is asked for; the INT8 file is made from that.
      assert.deepEqual([offer?.state, offer?.loaded, offer?.removable, offer?.from], ["installed", true, true, "F16"]);
      await client.dispose();
    });

    it("retort.precision holds in a runtime that starts, and in one that runs", async () => {
      await set("precision", "fp16");
      const before = await ownClient();
      await before.shutdown();
      await before.dispose();
      await until("no runtime runs", () => ownClient().then((client) => client.dispose().then(() => false), () => true));
      // The extension starts another one to fill the list.
      const picker = vscode.commands.executeCommand("retort.chooseModel");
      const client = await until("a runtime", () => ownClient().catch(() => null));
      try {
        await until("the picker is away", async () => {
          await vscode.commands.executeCommand("workbench.action.closeQuickOpen");
          return Promise.race([picker.then(() => true), new Promise<boolean>((resolve) => setTimeout(resolve, 200, false))]);
        });
        const asked = { model: DOWNLOADED, prompt: "a", max_tokens: 1 };
        assert.equal((await client.completion(asked)).provenance?.precision, "fp16");
        await set("model", DOWNLOADED);
        await set("precision", "int8");
        await until("the switch", async () => (await client.status()).active_precision[DOWNLOADED] === "int8");
        assert.equal((await client.completion(asked)).provenance?.precision, "int8");
      } finally {
        await client.dispose();
        await set("precision", undefined);
      }
    });

    it("goes on with a cancelled download where it stopped", async () => {
      hub.atCdn.push(stallAfter(1000));
      const client = await ownClient();
      await client.remove(DOWNLOADED);
      const stop = new AbortController();
      const cancelled = client.precision(DOWNLOADED, "fp16", { signal: stop.signal, onProgress: ({ done }) => { if (done >= 1000) stop.abort(); } });
      await assert.rejects(cancelled, { code: "cancelled" });
      await until("the offer tells what has come", async () => {
        const offer = (await client.offers()).models.find(({ id }) => id === DOWNLOADED)?.precisions.find(({ precision }) => precision === "fp16");
        return offer?.partial_bytes === 1000;
      });
      await client.precision(DOWNLOADED, "fp16");
      assert.equal(hub.requests.at(-1)?.headers.range, "bytes=1000-");
      await client.dispose();
    });
  });
});

/** A client of the runtime that the extension has started. */
function ownClient(): Promise<RuntimeClient> {
  return connectRuntime({ env: process.env, paths: retortPaths(process.env), startIfMissing: false });
}

/** Accepts what is selected in the quick pick, again and again, until the command has ended. */
async function pressEnterUntil(done: Thenable<unknown>): Promise<void> {
  let ended = false;
  void done.then(() => { ended = true; });
  await until("the picker was answered", async () => {
    if (!ended) await vscode.commands.executeCommand("workbench.action.acceptSelectedQuickOpenItem");
    return ended;
  }, 60_000);
}

async function set(name: string, value: unknown): Promise<void> {
  await vscode.workspace.getConfiguration("retort").update(name, value, vscode.ConfigurationTarget.Global);
}
