import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";

import ts from "typescript";

import { packageRoot } from "../../../runtime/entry.ts";

const BUNDLE = "l10n/bundle.l10n.zh-cn.json";

interface Found {
  message: string;
  at: string;
}

describe("localisation", () => {
  const found = sources(join(packageRoot(), "extension")).flatMap(messagesOf);
  const bundle = JSON.parse(readFileSync(join(packageRoot(), BUNDLE), "utf8")) as Record<string, string>;

  it("every text that a person sees has a Chinese translation", () => {
    const missing = found.filter(({ message }) => !Object.hasOwn(bundle, message));
    assert.equal(missing.length, 0, `not in ${BUNDLE}:\n${missing.map(({ message, at }) => `${at}: ${JSON.stringify(message)}`).join("\n")}`);
  });

  it("the bundle has no text that nobody shows any more", () => {
    // A text may come from a table, of the cell language for one; then it is translated where it is shown.
    const elsewhere = ["extension", join("kernel", "cells")].flatMap((folder) => sources(join(packageRoot(), folder))).flatMap(literalsOf);
    const shown = new Set([...found.map(({ message }) => message), ...elsewhere]);
    assert.deepEqual(Object.keys(bundle).filter((message) => !shown.has(message)), []);
  });

  it("a translation has the same placeholders, is not empty, and the keys are sorted", () => {
    const slots = (text: string): string => [...new Set(text.match(/\{\w+\}/g))].sort().join();
    for (const [message, translation] of Object.entries(bundle)) {
      assert.ok(translation.trim() !== "", message);
      assert.equal(slots(translation), slots(message), message);
    }
    assert.deepEqual(Object.keys(bundle), Object.keys(bundle).sort());
  });
});

function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts")).map((name) => join(folder, name));
}

/**
 * The texts of a file that are translated: arguments of `vscode.l10n.t(…)`, or of `t(…)` where that function is handed in;
 * the English half of a text in both languages; titles in tables; and what an error says, which is translated where it is shown.
 */
function messagesOf(path: string): Found[] {
  const file = ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.ESNext, true);
  // The tables' texts go to package.nls*.json.
  if (path.endsWith("contributes.ts") || path.includes(`${sep}contributes${sep}`)) return [];
  const found: Found[] = [];
  const visit = (node: ts.Node): void => {
    for (const text of translated(node)) if (ts.isStringLiteralLike(text)) found.push({ message: text.text, at: place(file, node) });
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function literalsOf(path: string): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node)) found.push(node.text);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.ESNext, true));
  return found;
}

function translated(node: ts.Node): ts.Expression[] {
  if (ts.isCallExpression(node) && isTranslation(node.expression)) return node.arguments.slice(0, 1).map((first) => checked(messageOf(first)));
  if (ts.isNewExpression(node) && node.expression.getText() === "RetortError") return fields(node.arguments?.[0], ["message", "hint"]);
  if (ts.isObjectLiteralExpression(node)) return fields(node, ["en", "zh"]).length === 2 ? fields(node, ["en"]) : fields(node, ["title"]).filter(isSentence);
  return [];
}

function isSentence(value: ts.Expression): boolean {
  return ts.isStringLiteralLike(value) && /^[A-Z]/.test(value.text);
}

function isTranslation(callee: ts.Expression): boolean {
  if (ts.isIdentifier(callee)) return callee.text === "t";
  return ts.isPropertyAccessExpression(callee) && callee.name.text === "t" && callee.expression.getText().endsWith("l10n");
}

function messageOf(first: ts.Expression): ts.Expression {
  return fields(first, ["message"])[0] ?? first;
}

/** A text that is put together has no translation. A variable may hold one of the texts that are found elsewhere. */
function checked(text: ts.Expression): ts.Expression {
  assert.ok(!ts.isTemplateExpression(text) && !(ts.isBinaryExpression(text) && text.operatorToken.kind === ts.SyntaxKind.PlusToken), `${place(text.getSourceFile(), text)}: write the text as one literal with {0} in it`);
  return text;
}

function fields(value: ts.Expression | undefined, names: readonly string[]): ts.Expression[] {
  if (value === undefined || !ts.isObjectLiteralExpression(value)) return [];
  const all = value.properties.filter((one): one is ts.PropertyAssignment => ts.isPropertyAssignment(one));
  return names.flatMap((name) => all.filter((one) => one.name.getText() === name).map(({ initializer }) => initializer));
}

function place(file: ts.SourceFile, node: ts.Node): string {
  return `${file.fileName.slice(packageRoot().length + 1)}:${file.getLineAndCharacterOfPosition(node.getStart()).line + 1}`;
}
