import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import ts from "typescript";
import { packageRoot } from "../../../../../runtime/entry.ts";

const CATALOGUE = "l10n/cells.zh-cn.json";
const CELLS = join(packageRoot(), "kernel", "cells");
/** What is no text for a person, or stands within another text. */
const NOT_SHOWN = new Set(["{% raw %}{0}{% endraw %}", "Comes with a later version."]);
/** Properties whose texts are code. */
const CODE = new Set(["example", "usage", "name"]);

/** A text in words: letters, a space, letters. */
function isText(text: string): boolean {
  return / /.test(text) && /[A-Za-z]{2,}[ ,:.'`]+(\S+ )*?.*[A-Za-z`]{2,}/.test(text);
}

describe("the catalogue of what kernel/cells says", () => {
  const catalogue = JSON.parse(readFileSync(join(packageRoot(), CATALOGUE), "utf8")) as Record<string, string>;
  const files = readdirSync(CELLS, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts")).map((file) => file.replaceAll(sep, "/"));

  it("has a translation for every text", () => {
    const found = files.flatMap((file) => textsOf(file).filter((text) => !Object.hasOwn(catalogue, text) && !NOT_SHOWN.has(text)).map((text) => `${file}: ${JSON.stringify(text)}`));
    assert.equal(found.length, 0, `add to ${CATALOGUE}:\n${found.join("\n")}`);
  });

  it("keeps places and code, and is sorted", () => {
    for (const [text, translation] of Object.entries(catalogue)) {
      const places = (of: string): string[] => [...new Set(of.match(/\{\d\}/g))].sort();
      const code = (of: string): string[] => [...new Set(of.match(/`[^`]+`/g))].sort();
      assert.ok(translation.trim() !== "", text);
      assert.deepEqual(places(translation), places(text), text);
      assert.deepEqual(code(translation), code(text), text);
    }
    assert.deepEqual(Object.keys(catalogue), Object.keys(catalogue).sort());
  });
});

/** Every text of a file as it is put together: `{0}` stands for its first part that is worked out. */
function textsOf(name: string): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || (ts.isPropertyAssignment(node) && CODE.has(node.name.getText()))) return;
    // What only a programmer can cause.
    if (ts.isNewExpression(node) && node.expression.getText() === "TypeError") return;
    const text = textOf(node)?.trim();
    if (text !== undefined && isText(text)) found.push(...text.split("\n\n").filter(isText));
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(name, readFileSync(join(CELLS, name), "utf8"), ts.ScriptTarget.ESNext, true));
  return found;
}

function textOf(node: ts.Node): string | undefined {
  if (ts.isStringLiteralLike(node)) return node.text;
  return ts.isTemplateExpression(node) ? node.head.text + node.templateSpans.map(({ literal }, i) => `{${i}}${literal.text}`).join("") : undefined;
}
