import { stringify } from "yaml";
import { hasErrors } from "../../kernel/cells/diagnostic.ts";
import { parseFrontMatter } from "../../kernel/cells/front-matter.ts";
import { splitLines } from "../../kernel/cells/lines.ts";
import { parseCell } from "../../kernel/cells/parse.ts";

/** One run tells nothing about a difference; these are few enough to wait for. */
const RUNS = 3;
const KIND_LINE = /^%%prompt\b/;
/** Keys that the comparison sets itself. */
const REPLACED = ["name", "precision", "matrix", "runs"];

/** The source of a cell that asks the same prompt in both precisions; null where `code` is no prompt cell that could run. */
export function precisionCopy(code: string): string | null {
  const { cell, diagnostics } = parseCell(code);
  if (cell.kind !== "prompt" || hasErrors(diagnostics)) return null;
  const kept = cell.settings.filter(({ key }) => !REPLACED.includes(key)).map(({ key, value }) => [key, value] as const);
  const { name, runs } = Object.fromEntries(cell.settings.map(({ key, value }) => [key, value]));
  const settings = [
    ...(typeof name === "string" ? [`name: ${name}_precision\n`] : []),
    "matrix: { precision: [fp16, int8] }\n",
    `runs: ${typeof runs === "number" && runs > 1 ? runs : RUNS}\n`,
    ...(kept.length === 0 ? [] : [stringify(Object.fromEntries(kept), { lineWidth: 0 })]),
  ];
  return `---\n${settings.join("")}---\n${bodyOf(code)}`;
}

/** What stands after kind line and front matter. */
function bodyOf(code: string): string {
  const lines = splitLines(code);
  const kind = lines.findIndex(({ text }) => KIND_LINE.test(text));
  const rest = kind >= 0 ? lines.slice(kind + 1) : lines;
  const body = parseFrontMatter(code, rest)?.body ?? rest;
  return body.map(({ text }) => text).join("\n");
}
