import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import files from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import * as vscode from "vscode";

import type { InfillRequest } from "../../../runtime/api/types.ts";
import { FillServer } from "./fill-server.ts";
import { until } from "./until.ts";

/** Of a person who types slowly. */
const KEY_GAP_MS = 300;
const SUPPLIES = "/sys/class/power_supply";

describe("states of completion", function () {
  this.timeout(90_000);
  let server: FillServer;
  let count = 0;

  const folder = (): string => vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? assert.fail("there is a folder");
  const configure = (name: string, value: unknown): Thenable<void> => vscode.workspace.getConfiguration("retort").update(name, value, vscode.ConfigurationTarget.Global);
  const why = async (): Promise<string> => (await vscode.commands.executeCommand<string>("retort.whyNoSuggestion")) ?? "";
  const trigger = (): Thenable<unknown> => vscode.commands.executeCommand("editor.action.inlineSuggest.trigger");
  const commit = (): Thenable<unknown> => vscode.commands.executeCommand("editor.action.inlineSuggest.commit");
  const type = (text: string): Thenable<unknown> => vscode.commands.executeCommand("type", { text });

  /** Opens a new file; `|` is the cursor. */
  async function open(marked: string, extension = "py"): Promise<vscode.TextEditor> {
    const path = join(folder(), `state-${++count}.${extension}`);
    const at = marked.indexOf("|");
    writeFileSync(path, marked.slice(0, at) + marked.slice(at + 1));
    const editor = await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(path));
    const position = editor.document.positionAt(at);
    editor.selection = new vscode.Selection(position, position);
    server.filled.splice(0);
    return editor;
  }

  before(async () => {
    await vscode.extensions.getExtension("retort.retort")?.activate();
    server = await FillServer.start();
    await configure("runtime.url", server.url);
  });

  beforeEach(() => { server.reply = () => "first_value"; });

  afterEach(async () => {
    await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
  });

  after(async () => {
    await configure("runtime.url", undefined);
    await server.dispose();
  });

  it("sends the typed part of the line apart, behind all that stays the same while a line is typed", async () => {
    await open("x = 1\nvalue = |\ny = 2\n");
    // The editor does not ask for the very first key after the extension has started.
    const request = await until("the model is asked", async () => {
      await type("f");
      await sleep(500);
      return server.asked[0];
    });
    const { input_prefix: prefix, prompt = "", input_suffix: suffix } = request;
    assert.deepEqual([prefix, suffix], ["x = 1\n", "\ny = 2\n"]);
    assert.match(prompt, /^value = f+$/);
  });

  it("has the next suggestion before the first one is accepted", async () => {
    const isNext = ({ input_prefix: prefix, prompt }: InfillRequest): boolean => `${prefix}${prompt ?? ""}`.includes("first_value");
    server.reply = (request) => (isNext(request) ? "\nsecond_value = 2" : "first_value");
    const editor = await open("value = |\n");
    await trigger();
    await until("the next suggestion is asked for while the first one is on screen", () => server.asked.some(isNext));
    assert.equal(editor.document.getText(), "value = \n");
    const asked = server.asked.length;
    await commit();
    await until("the first one is accepted", () => editor.document.getText() === "value = first_value\n");
    await until("the next one is accepted", async () => {
      await commit();
      return editor.document.getText() === "value = first_value\nsecond_value = 2\n";
    });
    const repeated = server.asked.slice(asked).filter(({ input_prefix: prefix, prompt }) => `${prefix}${prompt ?? ""}` === "value = first_value");
    assert.deepEqual(repeated, [], "what was prepared is not asked for again");
  });

  it("keeps the text while it is typed along, without asking again", async () => {
    const editor = await open("value = |\n");
    await trigger();
    await until("there is a suggestion", async () => server.asked.length > 0 && /had a suggestion/.test(await why()));
    const isHere = ({ prompt = "" }: InfillRequest): boolean => prompt.length < "value = first_value".length;
    for (const key of "first") {
      await type(key);
      // VS Code asks for each key only where the next one does not come at once.
      await sleep(KEY_GAP_MS);
    }
    await until("the rest is accepted", async () => {
      await commit();
      return editor.document.getText() === "value = first_value\n";
    });
    assert.equal(server.asked.filter(isHere).length, 1, "one request for this suggestion");
    const page = (await vscode.commands.executeCommand<string>("retort.completionStatistics")) ?? "";
    await vscode.commands.executeCommand("workbench.action.closeActiveEditor");
    assert.match(page, /\| Time while typing along, p50 \/ p95 \| \d+ \/ \d+ ms \|/);
  });

  for (const [name, extension, head, tail, reply, expected] of [
    ["Python", "py", "def subtract(a, b):\n    return ", "\n", "a - b", "a - b"],
    ["TypeScript with CRLF", "ts", "function sum(a: number[]): number {\r\n  ", "\r\n}\r\n", "let all = 0;\n  for (const x of a) all += x;\n  return all;\n}", "let all = 0;\r\n  for (const x of a) all += x;\r\n  return all;"],
  ] as const) {
    it(`puts the suggested text at the cursor, in ${name}`, async () => {
      server.reply = () => reply;
      const editor = await open(`${head}|${tail}`, extension);
      await until("the text is taken", async () => {
        await trigger();
        await commit();
        return editor.document.getText() !== head + tail;
      });
      assert.equal(editor.document.getText(), head + expected + tail);
    });
  }

  it("makes alternatives only when somebody asks for them", async () => {
    server.reply = ({ temperature, seed }) => (temperature === 0 ? "first_value" : `other_value_${seed ?? 0}`);
    const editor = await open("value = |\n");
    await type("f");
    await until("the model is asked", () => server.asked.length > 0);
    await until("there is a suggestion", async () => /had a suggestion/.test(await why()));
    assert.deepEqual(server.asked.map(({ temperature }) => temperature).filter((one) => one !== 0), []);
    assert.equal(editor.document.getText(), "value = f\n");
    await until("others are made", async () => {
      await vscode.commands.executeCommand("editor.action.inlineSuggest.showNext");
      return server.asked.filter(({ temperature }) => temperature !== 0).length >= 2;
    });
    const seeds = server.asked.filter(({ temperature }) => temperature !== 0).map(({ seed }) => seed);
    assert.equal(new Set(seeds).size, seeds.length, "each from a seed of its own");
  });

  it("pauses on battery when that is wanted, and answers when asked", async () => {
    const real = { readdir: files.readdir, readFile: files.readFile };
    const battery: Record<string, string> = { type: "Battery", status: "Discharging" };
    const fake = {
      readdir: (path: string, ...rest: []) => (path === SUPPLIES ? Promise.resolve(["BAT0"]) : real.readdir(path, ...rest)),
      readFile: (path: string, ...rest: []) => {
        if (!String(path).startsWith(join(SUPPLIES, "BAT0"))) return real.readFile(path, ...rest);
        const value = battery[String(path).split("/").at(-1) ?? ""];
        return value === undefined ? Promise.reject(Object.assign(new Error("none"), { code: "ENOENT" })) : Promise.resolve(`${value}\n`);
      },
    };
    Object.assign(files, fake);
    syncBuiltinESMExports();
    try {
      await configure("completion.pauseOnBattery", true);
      await open("value = |\n");
      await until("the battery is the reason", async () => {
        await type("f");
        await sleep(200);
        return /pauses on battery/.test(await why());
      });
      const asked = server.asked.length;
      await type("i");
      await sleep(1_000);
      assert.equal(server.asked.length, asked, "nothing is asked");
      await trigger();
      await until("what somebody asks for is asked", () => server.asked.length > asked);
    } finally {
      Object.assign(files, real);
      syncBuiltinESMExports();
      await configure("completion.pauseOnBattery", undefined);
    }
  });

  describe("a model that cannot fill in the middle", () => {
    before(async () => {
      server.models = [{ id: "talker", capabilities: ["chat"] }, { id: "thinker", capabilities: ["chat", "reasoning"] }, { id: "filler", capabilities: ["fim"] }];
    });
    after(() => configure("completion.model", undefined));

    for (const model of ["talker", "thinker", "nobody"]) {
      it(`${model} is refused by name, with the one to use instead`, async () => {
        await configure("completion.model", model);
        await open("value = |\n");
        await trigger();
        const reason = await until("it is the reason", async () => {
          const text = await why();
          return text.includes(model) ? text : null;
        });
        assert.match(reason, new RegExp(`^${model} cannot complete code\\. filler can:`));
        assert.equal(server.filled.length, 0, "nothing is asked of it");
      });
    }

    it("is not taken where the choice is free", async () => {
      await configure("completion.model", undefined);
      await open("value = |\n");
      await trigger();
      const request = await until("a model is asked", () => server.asked[0]);
      assert.equal(request.model, "filler");
    });
  });

  describe("why there is no suggestion", () => {
    const cases: [string, () => Promise<unknown>, RegExp][] = [
      ["the model had nothing", async () => { server.reply = () => ""; await open("value = |\n"); await type("f"); }, /had nothing to add/],
      ["it repeats the next line", async () => { server.reply = () => "\n    return total"; await open("def f():\n    total = 1|\n    return total\n"); await trigger(); }, /stands below already/],
      ["too short", async () => { server.reply = () => "1"; await open("value = |\n"); await type("f"); }, /too short/],
      ["inside a word", async () => { await open("va|lue = 1\n"); await type("a"); }, /inside a word/],
      ["only when asked for", async () => { await configure("completion.triggerMode", "manual"); await open("value = |\n"); await type("f"); }, /only when asked for/],
      ["this file is excluded", async () => { await configure("completion.disableInFiles", ["**/state-*.py"]); await open("value = |\n"); await type("f"); }, /off for this file/],
    ];
    afterEach(async () => {
      await configure("completion.triggerMode", undefined);
      await configure("completion.disableInFiles", undefined);
    });

    for (const [name, act, expected] of cases) {
      it(name, async () => {
        await act();
        await until(`the reason is ${String(expected)}`, async () => expected.test(await why()));
      });
    }

    it("the server is gone", async () => {
      await configure("runtime.url", "http://127.0.0.1:9");
      try {
        await open("value = |\n");
        await trigger();
        await until("the failure is the reason", async () => /^The engine failed: .*127\.0\.0\.1:9/.test(await why()));
      } finally {
        await configure("runtime.url", server.url);
      }
    });
  });
});
