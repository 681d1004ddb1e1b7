const TABLE = /<table\b[^>]*>(.*?)<\/table>/gis;
const ROW = /<tr\b[^>]*>(.*?)<\/tr>/gis;
const CELL = /<t([hd])\b([^>]*)>(.*?)<\/t[hd]>/gis;
const NOTE = /<div\b[^>]*>(.*?)<\/div>/gis;
const ENTITIES: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: "\u00A0" };

interface Cell {
  text: string;
  right: boolean;
}

/** The tables of an output's HTML as Markdown, each with the lines that stand below it; null where there is none. */
export function markdownTables(html: string): string | null {
  const tables = [...html.matchAll(TABLE)].map(([, inside = ""]) => tableOf(inside)).filter((table) => table !== "");
  if (tables.length === 0) return null;
  const notes = [...html.replaceAll(TABLE, "").matchAll(NOTE)].map(([, inside = ""]) => escaped(textOf(inside))).filter((note) => note !== "");
  return [...tables, ...(notes.length === 0 ? [] : [notes.join("  \n")])].join("\n\n");
}

function tableOf(html: string): string {
  const rows = [...html.matchAll(ROW)].map(([, row = ""]) => cellsOf(row)).filter((cells) => cells.length > 0);
  const [head, ...body] = rows;
  if (head === undefined) return "";
  const rule = head.map(({ right }) => (right ? "---:" : "---"));
  const line = (texts: string[]): string => `| ${texts.join(" | ")} |`;
  return [line(head.map(({ text }) => text)), line(rule), ...body.map((cells) => line(head.map((_, i) => cells[i]?.text ?? "")))].join("\n");
}

function cellsOf(row: string): Cell[] {
  return [...row.matchAll(CELL)].map(([, , attributes = "", inside = ""]) => ({
    text: escaped(textOf(inside)).replaceAll("\n", "<br>"),
    right: /text-align:\s*right/i.test(attributes),
  }));
}

function textOf(html: string): string {
  return html
    .replaceAll(/<br\s*\/?>/gi, "\n")
    .replaceAll(/<[^>]*>/g, "")
    .replaceAll(/&(?:#(\d+)|#x([0-9a-f]+)|([a-z]+));/gi, (entity, decimal?: string, hex?: string, name?: string) => {
      if (name !== undefined) return ENTITIES[name.toLowerCase()] ?? entity;
      const code = decimal === undefined ? Number.parseInt(hex ?? "", 16) : Number(decimal);
      return code <= 0x10ffff ? String.fromCodePoint(code) : entity;
    })
    .trim();
}

/** A cell may hold what a model wrote: none of it is Markdown, HTML or mathematics. */
function escaped(text: string): string {
  return text.replaceAll(/[\\`*_{}[\]<>|#!$~&]/g, (character) => `\\${character}`);
}
