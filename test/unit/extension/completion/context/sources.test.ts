import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";

import type { ContextQuery, ContextSource } from "../../../../../extension/completion/context/context-source.ts";
import type { EditorPort, Place, Problem, TextFile } from "../../../../../extension/completion/context/editor-port.ts";
import { ContextGatherer } from "../../../../../extension/completion/context/gatherer.ts";
import { nearbyNames } from "../../../../../extension/completion/context/nearby-names.ts";
import { Definitions } from "../../../../../extension/completion/context/sources/definitions.ts";
import { Diagnostics } from "../../../../../extension/completion/context/sources/diagnostics.ts";
import { Imports } from "../../../../../extension/completion/context/sources/imports.ts";
import { NotebookCells } from "../../../../../extension/completion/context/sources/notebook-cells.ts";
import { OpenFiles } from "../../../../../extension/completion/context/sources/open-files.ts";
import { RecentEdits } from "../../../../../extension/completion/context/sources/recent-edits.ts";

const file = (path: string, text: string): TextFile => ({ uri: `file:///w/${path}`, filename: path, languageId: "typescript", text });

class FakeEditor implements EditorPort {
  all: TextFile[] = [];
  places: Place[] = [];
  found: Problem[] = [];
  notebook: TextFile[] = [];
  definitionMs = 0;
  readonly asked: Array<[number, number]> = [];

  files(): TextFile[] {
    return this.all;
  }

  read(uri: string): Promise<TextFile | null> {
    return Promise.resolve(this.all.find((one) => one.uri === uri) ?? null);
  }

  async definitions(_uri: string, line: number, character: number): Promise<Place[]> {
    this.asked.push([line, character]);
    await sleep(this.definitionMs);
    return this.places;
  }

  problems(): Problem[] {
    return this.found;
  }

  cells(): TextFile[] {
    return this.notebook;
  }
}

describe("context sources", () => {
  const never = new AbortController().signal;
  let editor: FakeEditor;
  beforeEach(() => { editor = new FakeEditor(); });
  const query = (over: Partial<ContextQuery> = {}): ContextQuery => ({
    uri: "file:///w/src/main.ts", filename: "src/main.ts", languageId: "typescript", line: 1, character: 4,
    before: `import { pool } from "./pool.ts";\npool`, around: "pool take", ...over,
  });
  const gather = async (source: ContextSource, over: Partial<ContextQuery> = {}): Promise<string[]> => (await source.gather(query(over), never)).map(({ filename, text }) => `${filename}: ${text}`);

  it("open files: all but the one that is edited", async () => {
    editor.all = [file("src/main.ts", "main"), file("a.ts", "aaa"), file("b.ts", "bbb")];
    assert.deepEqual(await gather(new OpenFiles(editor)), ["a.ts: aaa", "b.ts: bbb"]);
  });

  it("recent edits: the last place first, near ones as one, none of the file that is edited", async () => {
    const text = Array.from({ length: 100 }, (_, i) => `line ${i}`).join("\n");
    editor.all = [file("a.ts", text), file("src/main.ts", text)];
    const edits = new RecentEdits(editor);
    for (const line of [10, 12, 80]) edits.edited("file:///w/a.ts", line);
    edits.edited("file:///w/src/main.ts", 5);
    edits.edited("file:///w/gone.ts", 5);
    const snippets = await edits.gather(query());
    assert.deepEqual(snippets.map(({ text: one }) => one.split("\n")[0]), ["line 68", "line 0"]);
  });

  it("imports: the files that are there, as paths relative to the file", async () => {
    editor.all = [file("src/pool.ts", "export const pool = 1;"), file("src/other.ts", "no")];
    assert.deepEqual(await gather(new Imports(editor)), ["src/pool.ts: export const pool = 1;"]);
    assert.deepEqual(await gather(new Imports(editor), { uri: "untitled:Untitled-1" }), []);
  });

  it("definitions: of the names nearby, from other files, each once", async () => {
    editor.all = [file("src/pool.ts", "a\nexport class Pool {\n  take() {}\n}\nz")];
    editor.places = [{ uri: "file:///w/src/pool.ts", startLine: 1, endLine: 3 }, { uri: "file:///w/src/main.ts", startLine: 0, endLine: 0 }];
    assert.deepEqual(await gather(new Definitions(editor, 5000)), ["src/pool.ts: export class Pool {\n  take() {}\n}"]);
    assert.deepEqual(editor.asked[0], [1, 0], "the nearest name first");
  });

  it("definitions: a language service that is busy costs no more than the box", async () => {
    editor.definitionMs = 2000;
    const since = performance.now();
    assert.deepEqual(await gather(new Definitions(editor)), []);
    assert.ok(performance.now() - since < 1000);
  });

  it("diagnostics: near the cursor, the nearest first, on one line each", async () => {
    editor.found = [{ line: 500, message: "far" }, { line: 8, message: "second\n  thing" }, { line: 2, message: "first" }];
    assert.deepEqual(await gather(new Diagnostics(editor)), ["src/main.ts (problems): line 3: first\nline 9: second thing"]);
    editor.found = [];
    assert.deepEqual(await gather(new Diagnostics(editor)), []);
  });

  it("notebook cells: the others, those before the cursor's own first", async () => {
    editor.notebook = ["one", "two", "three", " "].map((text, i) => ({ ...file(`n.ipynb#${i}`, text), uri: `cell:${i}` }));
    assert.deepEqual(await gather(new NotebookCells(editor), { uri: "cell:1" }), ["n.ipynb#0: one", "n.ipynb#2: three"]);
  });

  it("nearby names: nearest first, each once, no words of the language", () => {
    const lines = ["const total = sum(values);", "return total + factor"];
    assert.deepEqual(nearbyNames(lines, 1, 9).map(({ name, line }) => `${name}@${line}`), ["factor@1", "total@1", "values@0", "sum@0"]);
  });
});

describe("ContextGatherer", () => {
  const never = new AbortController().signal;
  const query: ContextQuery = { uri: "file:///w/m.ts", filename: "m.ts", languageId: "typescript", line: 0, character: 0, before: "", around: "pool take release" };
  const source = (name: string, gather: ContextSource["gather"]): ContextSource => ({ name, weight: 1, gather });
  const one = (text: string): ContextSource => source("one", () => Promise.resolve([{ key: "a", uri: "file:///w/a.ts", filename: "a.ts", text }]));

  it("changes nothing between two refreshes, and leaves out lines that look like keys", async () => {
    const gatherer = new ContextGatherer({ sources: [one(`pool.take()\nconst password = "hunter2hunter2";\npool.release()`)], onFailure: assert.fail });
    assert.deepEqual(gatherer.current("file:///w/m.ts"), []);
    assert.equal(await gatherer.refresh(query, never), true);
    assert.deepEqual(gatherer.current("file:///w/m.ts"), [{ filename: "a.ts", text: "pool.take()\npool.release()" }]);
    assert.deepEqual(gatherer.current("file:///w/a.ts"), []);
    assert.equal(await gatherer.refresh(query, never), false);
    gatherer.clear();
    assert.deepEqual(gatherer.current("file:///w/m.ts"), []);
  });

  it("goes on without a source that fails, and says which", async () => {
    const failed: string[] = [];
    const broken = source("broken", () => Promise.reject(new Error("no language service")));
    const gatherer = new ContextGatherer({ sources: [broken, one("pool")], onFailure: (name, error) => failed.push(`${name}: ${(error as Error).message}`) });
    await gatherer.refresh(query, never);
    assert.equal(gatherer.current("").length, 1);
    assert.deepEqual(failed, ["broken: no language service"]);
  });

  it("changes nothing after an abort", async () => {
    const stop = new AbortController();
    const slow = source("slow", async () => {
      stop.abort();
      return Promise.resolve([{ key: "a", uri: "b", filename: "a", text: "pool" }]);
    });
    const gatherer = new ContextGatherer({ sources: [slow], onFailure: assert.fail });
    assert.equal(await gatherer.refresh(query, stop.signal), false);
    assert.deepEqual(gatherer.current(""), []);
  });
});
