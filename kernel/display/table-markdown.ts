import { plainText } from "./plain-text.ts";
import type { Table } from "./table.ts";

/** The table in Markdown, for pasting into a document. */
export function tableMarkdown({ caption, columns, rows, notes = [] }: Table): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(" | ")} |`;
  return [
    ...(caption === undefined ? [] : [`**${inline(caption)}**`, ""]),
    line(columns.map(({ label }) => label)),
    line(columns.map(({ align }) => (align === "right" ? "---:" : "---"))),
    ...rows.map((row) => line(columns.map((_, i) => row[i] ?? ""))),
    ...(notes.length === 0 ? [] : ["", ...notes.map((note) => `${inline(note)}  `)]),
  ].join("\n");
}

/** Dashes of a rule are the table's own. */
function cell(text: string): string {
  return /^:?-+:?$/.test(text) ? text : inline(text).replaceAll("\n", "<br>");
}

/** Signs that Markdown or HTML would take for their own are escaped. */
function inline(text: string): string {
  return plainText(text).replace(/[\\|`*_<>[\]&]/g, (sign) => (sign === "<" ? "&lt;" : sign === "&" ? "&amp;" : `\\${sign}`));
}
