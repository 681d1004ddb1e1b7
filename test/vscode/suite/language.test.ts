import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";

import * as vscode from "vscode";

import { until } from "./until.ts";

const CELLS = {
  vars: "%%vars\r\n# 变量 😀\r\ntone: friendly\r\nhints: [divide, check]",
  solve: "---\nname: solve\ntemperature: 0.5\n---\n😀 算一算 {{ tone }}:\n{% for h in hints %}- {{ h }}\n{% endfor %}",
  review: "---\ntemprature: 0.5\nruns: 3\n---\nuser:\nWas {{ solve.answer }} right? 好的 😀 {{ tonne }}",
  code: "%%js\nconst x = solve.answer; vars.tone",
  command: "%status\n%models",
};
const ORDER = Object.values(CELLS);

describe("language help", () => {
  let notebook: vscode.NotebookDocument;

  before(async () => {
    await vscode.extensions.getExtension("retort.retort")?.activate();
    notebook = await open("language.ipynb", ORDER);
  });

  after(async () => {
    await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
  });

  const cell = (source: string): vscode.TextDocument => {
    const found = notebook.getCells().find(({ document }) => document.getText().replaceAll("\r\n", "\n") === source.replaceAll("\r\n", "\n"));
    assert.ok(found, `there is a cell ${source}`);
    return found.document;
  };
  const behind = (document: vscode.TextDocument, text: string): vscode.Position => document.positionAt(document.getText().indexOf(text) + text.length);

  it("completes a key, with its range, before any kernel runs", async () => {
    const items = await completions(cell(CELLS.solve), behind(cell(CELLS.solve), "name: solve\n"));
    const topP = items.find(({ label }) => label === "top_p: ");
    assert.match(topP?.detail ?? "", /above 0 and up to 1; default/);
    assert.ok(!items.some(({ label }) => label === "temperature: "), "no key that is there already");
  });

  it("completes variables and the fields of a result above", async () => {
    const review = cell(CELLS.review);
    const fields = await completions(review, behind(review, "{{ solve."));
    assert.ok(fields.some(({ label }) => label === "answer"));
    const names = await completions(review, behind(review, "😀 {{ "));
    assert.deepEqual(["tone", "hints", "solve"].filter((name) => !names.some(({ label }) => label === name)), []);
  });

  it("tells meaning and range of a key, and a variable's value, at the right place", async () => {
    const solve = cell(CELLS.solve);
    const [onKey] = await hovers(solve, behind(solve, "temp"));
    assert.match(textOf(onKey), /from 0 to 2/);
    const [onName] = await hovers(solve, behind(solve, "{{ to"));
    assert.match(textOf(onName), /friendly/);
    assert.equal(solve.getText(onName?.range), "tone");
  });

  it("underlines mistakes exactly, and repairs one", async () => {
    const review = cell(CELLS.review);
    const found = await until("two mistakes", () => { const all = vscode.languages.getDiagnostics(review.uri); return all.length === 2 ? all : undefined; });
    assert.deepEqual(found.map(({ code, range }) => [code, review.getText(range)]), [["unknown_key", "temprature"], ["unknown_variable", "tonne"]]);
    const unknown = found[1];
    assert.ok(unknown);
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>("vscode.executeCodeActionProvider", review.uri, unknown.range);
    const fix = actions.find(({ title }) => title.includes("`tone`"));
    assert.ok(fix?.edit, `a repair among ${actions.map(({ title }) => title).join(", ")}`);
    await vscode.workspace.applyEdit(fix.edit);
    assert.match(review.getText(), /好的 😀 \{\{ tone \}\}$/);
    const left = await until("one mistake", () => { const all = vscode.languages.getDiagnostics(review.uri); return all.length === 1 ? all : undefined; });
    assert.equal(left[0]?.code, "unknown_key");
  });

  it("lists what a cell defines", async () => {
    const symbols = await vscode.commands.executeCommand<vscode.DocumentSymbol[]>("vscode.executeDocumentSymbolProvider", cell(CELLS.vars).uri);
    assert.deepEqual(symbols.map(({ name }) => name), ["tone", "hints"]);
  });

  it("finds a name's definition in another cell", async () => {
    const solve = cell(CELLS.solve);
    const [place] = await vscode.commands.executeCommand<vscode.Location[]>("vscode.executeDefinitionProvider", solve.uri, behind(solve, "{{ to"));
    assert.equal(place?.uri.toString(), cell(CELLS.vars).uri.toString());
    assert.equal(cell(CELLS.vars).getText(place?.range), "tone");
  });

  it("colours what the grammar cannot know", async () => {
    const solve = cell(CELLS.solve);
    const legend = await vscode.commands.executeCommand<vscode.SemanticTokensLegend>("vscode.provideDocumentSemanticTokensLegend", solve.uri);
    const tokens = await vscode.commands.executeCommand<vscode.SemanticTokens>("vscode.provideDocumentSemanticTokens", solve.uri);
    assert.deepEqual(legend.tokenTypes, ["variable", "property"]);
    assert.equal(tokens.data.length, 5 * 5, "two keys, the name, tone, hints");
  });

  it("renames a variable in all cells, and refuses a bad name", async () => {
    const vars = cell(CELLS.vars);
    const at = behind(vars, "to");
    await assert.rejects(async () => vscode.commands.executeCommand("vscode.executeDocumentRenameProvider", vars.uri, at, "class"), /word of the language/);
    const edit = await vscode.commands.executeCommand<vscode.WorkspaceEdit>("vscode.executeDocumentRenameProvider", vars.uri, at, "语气");
    assert.equal(await vscode.workspace.applyEdit(edit), true);
    const texts = notebook.getCells().map(({ document }) => document.getText());
    assert.match(texts[0] ?? "", /^语气: friendly/m);
    assert.match(texts[1] ?? "", /算一算 \{\{ 语气 \}\}/);
    assert.match(texts[2] ?? "", /😀 \{\{ 语气 \}\}$/);
    assert.match(texts[3] ?? "", /vars\.语气$/);
  });

  it("shows no code lens until the setting asks for it", async () => {
    const { uri } = notebook.cellAt(1).document;
    const lenses = async (): Promise<vscode.CodeLens[]> => vscode.commands.executeCommand<vscode.CodeLens[]>("vscode.executeCodeLensProvider", uri, 9);
    assert.deepEqual(await lenses(), []);
    await vscode.workspace.getConfiguration("retort").update("language.codeLens", true, vscode.ConfigurationTarget.Global);
    const found = await until("a code lens", async () => { const all = await lenses(); return all.length > 0 ? all : undefined; });
    assert.match(found[0]?.command?.title ?? "", /FP16 and INT8, 5 times/);
    await vscode.workspace.getConfiguration("retort").update("language.codeLens", undefined, vscode.ConfigurationTarget.Global);
  });
});

describe("language help for faulty cells", () => {
  // Each cell with what is underlined, as the editor shows it: [code, text].
  const rows: Array<[what: string, source: string, code: string, text: string]> = [
    ["bad YAML", "---\r\n# 注释 😀\r\nruns: [1\r\nname: a\r\n---\r\nHi", "yaml_error", ""],
    ["tabs in YAML", "---\noutput:\n\tschema: 1\n---\nHi", "yaml_error", ""],
    ["an unclosed template", "😀 问题\r\n{{ open", "template_syntax", "{{ open"],
    ["an unknown kind", "%%promt\nHi", "unknown_kind", "promt"],
    ["an unknown command", "%staus", "unknown_command", "%staus"],
    ["a byte order mark", "\uFEFF---\ntemprature: 1\n---\nHi", "unknown_key", "temprature"],
    ["CRLF, emoji and Chinese", "---\r\nname: 名\r\n---\r\n😀😀 正文\r\n😀 {{ 未知 }}", "unknown_variable", "未知"],
    ["front matter without an end", "---\r\nruns: 3\r\n", "front_matter_unclosed", "---"],
    ["a name of no notebook", "user:\n{% if nope %}x{% endif %}", "unknown_variable", "nope"],
  ];
  let notebook: vscode.NotebookDocument;

  before(async () => {
    await vscode.extensions.getExtension("retort.retort")?.activate();
    notebook = await open("faults.ipynb", rows.map(([, source]) => source));
  });

  after(async () => {
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
  });

  for (const [index, [what, , code, text]] of rows.entries()) {
    it(`underlines ${what} where it stands`, async () => {
      const { document } = notebook.cellAt(index);
      const [found] = await until(`a mistake in ${what}`, () => { const all = vscode.languages.getDiagnostics(document.uri); return all.length > 0 ? all : undefined; });
      assert.equal(found?.code, code);
      assert.equal(found.source, "Retort");
      if (text !== "") assert.equal(document.getText(found.range), text);
    });
  }

  it("shows what a saved output tells of a result", async () => {
    const output = { output_type: "display_data", data: { "text/markdown": "**16**", "text/plain": "16" }, metadata: { retort: { format: 1, name: "sum", partial: false } } };
    const saved = await open("saved.ipynb", ["---\nname: sum\n---\n8 + 8?", "Is {{ sum.answer }} right?"], [[output], []]);
    const { document } = saved.cellAt(1);
    const [hover] = await hovers(document, document.positionAt(document.getText().indexOf("answer")));
    assert.match(textOf(hover), /sum\.answer[^]*16/);
  });

  it("judges 200 cells without being felt", async () => {
    const many = await open("many.ipynb", Array.from({ length: 200 }, (_, i) => (i === 0 ? "%%vars\ntone: kind" : `---\nname: r${i}\n---\nBe {{ tone }} about ${i} {{ nope }}`)));
    const { document } = many.cellAt(199);
    await until("the last cell is judged", () => vscode.languages.getDiagnostics(document.uri).length === 1);
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, document.positionAt(document.getText().length), " {{ more }}");
    await vscode.workspace.applyEdit(edit);
    const started = performance.now();
    const list = await completions(document, document.positionAt(document.getText().indexOf("tone")));
    console.log(`    completion in the 200th cell: ${(performance.now() - started).toFixed(0)} ms`);
    assert.ok(list.some(({ label }) => label === "r198"));
    await until("the change is judged", () => vscode.languages.getDiagnostics(document.uri).length === 2);
  });

  it("puts a variant's settings into the cell", async () => {
    const one = await open("variant.ipynb", ["---\nprecision: int8\n---\nSay hi."]);
    const { document } = one.cellAt(0);
    // The run itself is the notebook part's: without a chosen kernel the workbench asks for one.
    void vscode.commands.executeCommand("retort.runCellWith", document.uri, "precisions");
    await until("the settings stand in the cell", () => document.getText() === "---\nmatrix: { precision: [fp16, int8] }\nruns: 5\n---\nSay hi.");
  });
});

describe("grammar", () => {
  const rows: Array<[what: string, text: string, expected: Array<[token: string, scope: string]>]> = [
    ["prompt", "---\ntemperature: 0.5\n---\nsystem:\nBe **kind** to {{ name.first | upcase }}.\n{% raw %}{{ x }}{% endraw %}\n",
      [["temperature", "entity.name.tag.yaml"], ["0.5", "constant.numeric"], ["system", "keyword.control.role.retort"], ["kind", "markup.bold.markdown"], ["name", "variable.other.readwrite.liquid.retort"],
        ["first", "variable.other.property.liquid.retort"], ["upcase", "support.function.filter.liquid.retort"], ["{{ x }}", "meta.template.raw.retort"]]],
    ["plain", "# A title\nSome `code` here {% for h in hints %}{{ h }}{% endfor %}\n",
      [["A title", "markup.heading"], ["code", "markup.inline.raw"], ["for", "keyword.control.liquid.retort"], ["in", "keyword.operator.word.liquid.retort"], ["hints", "variable.other.readwrite.liquid.retort"]]],
    ["js", "%%js\nconst answer = `a ${1}`;\n", [["js", "keyword.control.kind.retort"], ["const", "storage.type.js"], ["answer", "variable.other"]]],
    ["vars", "%%vars\ntone: friendly\n", [["vars", "keyword.control.kind.retort"], ["tone", "entity.name.tag.yaml"]]],
    ["commands", "%defaults temperature=0.5\n%precision int8\n", [["defaults", "keyword.control.command.retort"], ["temperature", "variable.parameter.retort"], ["0.5", "constant.numeric.retort"], ["precision", "keyword.control.command.retort"]]],
    ["unknown", "%%promt\nHi\n", [["%%promt", "invalid.illegal.kind.retort"]]],
    ["fence", "user:\nHi {{ a }}\n\n```python\nx = 1\n```\nassistant:\nHo\n", [["user", "keyword.control.role.retort"], ["assistant", "keyword.control.role.retort"], ["a", "variable.other.readwrite.liquid.retort"]]],
  ];
  for (const [what, text, expected] of rows) {
    it(`colours ${what}`, async () => {
      const tokens = await tokenise(text);
      for (const [token, scope] of expected) {
        const found = tokens.filter(({ c }) => c.trim() === token).map(({ t }) => t);
        assert.ok(found.some((scopes) => scopes.includes(scope)), `${token} is ${scope}: ${found.join(" | ") || tokens.map(({ c, t }) => `${JSON.stringify(c)} ${t}`).join("\n")}`);
      }
    });
  }
});

async function open(name: string, sources: readonly string[], outputs: ReadonlyArray<readonly object[]> = []): Promise<vscode.NotebookDocument> {
  const path = join(folder(), name);
  const cells = sources.map((source, index) => ({ cell_type: "code", id: `c${index}`, metadata: {}, execution_count: null, outputs: outputs[index] ?? [], source }));
  const metadata = { kernelspec: { display_name: "Retort", language: "retort", name: "retort" }, language_info: { name: "retort" }, retort: { format: 1 } };
  await writeFile(path, JSON.stringify({ cells, metadata, nbformat: 4, nbformat_minor: 5 }));
  const notebook = await vscode.workspace.openNotebookDocument(vscode.Uri.file(path));
  await vscode.window.showNotebookDocument(notebook);
  await until("cells in our language", () => notebook.getCells().every(({ document }) => document.languageId === "retort") || undefined);
  return notebook;
}

/** Tokens of a cell by the workbench's own tokeniser and with its own grammars of YAML, Markdown and JavaScript. */
async function tokenise(text: string): Promise<Array<{ c: string; t: string }>> {
  const grammars = await registry();
  const grammar = await grammars.loadGrammar("source.retort");
  assert.ok(grammar, "the grammar is there");
  let stack: unknown = null;
  return text.split("\n").flatMap((line) => {
    const result = grammar.tokenizeLine(line, stack);
    stack = result.ruleStack;
    return result.tokens.map(({ startIndex, endIndex, scopes }) => ({ c: line.slice(startIndex, endIndex), t: scopes.join(" ") }));
  });
}

interface Grammar {
  tokenizeLine(line: string, stack: unknown): { ruleStack: unknown; tokens: Array<{ startIndex: number; endIndex: number; scopes: string[] }> };
}

let registered: Promise<{ loadGrammar(scope: string): Promise<Grammar | null> }> | undefined;

async function registry(): Promise<{ loadGrammar(scope: string): Promise<Grammar | null> }> {
  registered ??= createRegistry();
  return registered;
}

async function createRegistry(): Promise<{ loadGrammar(scope: string): Promise<Grammar | null> }> {
  const require = createRequire(join(vscode.env.appRoot, "package.json"));
  const oniguruma = require("vscode-oniguruma") as { loadWASM(wasm: unknown): Promise<void>; createOnigScanner: unknown; createOnigString: unknown };
  const textmate = require("vscode-textmate") as { Registry: new (options: object) => { loadGrammar(scope: string): Promise<Grammar | null> }; parseRawGrammar(text: string, path: string): unknown };
  await oniguruma.loadWASM(await readFile(require.resolve("vscode-oniguruma/release/onig.wasm")));
  return new textmate.Registry({
    onigLib: Promise.resolve(oniguruma),
    loadGrammar: async (scope: string) => {
      const path = grammarPath(scope);
      return path === undefined ? null : textmate.parseRawGrammar(await readFile(path, "utf8"), path);
    },
  });
}

/** Where an installed extension keeps the grammar of a scope. */
function grammarPath(scope: string): string | undefined {
  for (const { extensionPath, packageJSON } of vscode.extensions.all) {
    const { contributes } = packageJSON as { contributes?: { grammars?: Array<{ scopeName: string; path: string }> } };
    const found = contributes?.grammars?.find(({ scopeName }) => scopeName === scope);
    if (found !== undefined) return join(extensionPath, found.path);
  }
  return undefined;
}

function folder(): string {
  const path = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  assert.ok(path !== undefined, "a folder is open");
  return path;
}

/** The help starts with the first cell: the first question may come before it. */
async function completions(document: vscode.TextDocument, position: vscode.Position): Promise<vscode.CompletionItem[]> {
  return until("completions", async () => {
    const { items } = await vscode.commands.executeCommand<vscode.CompletionList>("vscode.executeCompletionItemProvider", document.uri, position);
    return items.length > 0 ? items : undefined;
  });
}

async function hovers(document: vscode.TextDocument, position: vscode.Position): Promise<vscode.Hover[]> {
  return until("a hover", async () => {
    const found = await vscode.commands.executeCommand<vscode.Hover[]>("vscode.executeHoverProvider", document.uri, position);
    return found.length > 0 ? found : undefined;
  });
}

function textOf(hover: vscode.Hover | undefined): string {
  return (hover?.contents ?? []).map((content) => (typeof content === "string" ? content : content.value)).join("\n");
}
