/** One condition on a row of results: `precision = fp16`. A key may be a path: `row.split`. */
export interface RowCondition {
  key: string;
  equal: boolean;
  value: string | number | boolean | null;
}

/** Where one side of a comparison comes from. */
export type CompareSource = { where: RowCondition[]; text: string } & (
  | { kind: "result"; name: string }
  | { kind: "notebook"; path: string; name: string }
  | { kind: "rows"; path: string }
);

export type SourceReading = { ok: true; source: CompareSource } | { ok: false; message: string };

const MAX_LENGTH = 2000;
const CONDITION = /^([\p{L}_][\p{L}\p{N}_.]{0,100})\s*(==?|!=)\s*(\S.*)$/u;
const NAME = /^[\p{L}_][\p{L}\p{N}_]*$/u;

/** Reads `load where precision = fp16`, `old.ipynb#load`, `./results/x.jsonl where model = a and temperature = 0`. */
export function readCompareSource(value: unknown): SourceReading {
  const text = typeof value === "string" ? value.trim() : "";
  if (text === "" || text.length > MAX_LENGTH || text.includes("\0")) return wrong("A side of a comparison is a result such as `load where precision = fp16`, `old.ipynb#load` or `./results/x.jsonl`.");
  const [place = "", ...rest] = text.split(/\s+where\s+/);
  if (rest.length > 1) return wrong("`where` stands here twice; join conditions with `and`.");
  if (/\swhere$/.test(place)) return wrong("`where` needs a condition, such as `where precision = fp16`.");
  const where = rest[0] === undefined ? [] : readConditions(rest[0]);
  if (typeof where === "string") return wrong(where);
  return readPlace(place.trim(), { where, text });
}

/** Whether a row fulfils every condition. Numbers are compared as numbers, all else as text. */
export function fulfils(row: Readonly<Record<string, unknown>>, where: readonly RowCondition[]): boolean {
  return where.every(({ key, equal, value }) => isSame(valueAt(row, key), value) === equal);
}

function readConditions(text: string): RowCondition[] | string {
  const conditions: RowCondition[] = [];
  for (const part of text.split(/\s+and(?:\s+|$)/)) {
    const [, key, operator, value] = CONDITION.exec(part.trim()) ?? [];
    if (key === undefined || value === undefined) return `\`${part.trim().slice(0, 60)}\` is no condition; write \`precision = fp16\`.`;
    conditions.push({ key, equal: operator !== "!=", value: readValue(value.trim()) });
  }
  return conditions;
}

function readValue(text: string): RowCondition["value"] {
  const quoted = /^(["'])(.*)\1$/s.exec(text)?.[2];
  if (quoted !== undefined) return quoted;
  if (text === "true" || text === "false") return text === "true";
  if (text === "null") return null;
  const number = Number(text);
  return Number.isFinite(number) ? number : text;
}

function readPlace(place: string, common: { where: RowCondition[]; text: string }): SourceReading {
  const [, path, name] = /^(.+\.ipynb)#(.*)$/i.exec(place) ?? [];
  if (path !== undefined && name !== undefined) {
    return NAME.test(name) ? { ok: true, source: { kind: "notebook", path, name, ...common } } : wrong(`After \`${path}#\` stands the name of a result.`);
  }
  if (/\.ipynb$/i.test(place)) return wrong(`Say which result of the notebook: \`${place}#name\`.`);
  if (/\.(jsonl|ndjson)$/i.test(place)) return { ok: true, source: { kind: "rows", path: place, ...common } };
  if (NAME.test(place)) return { ok: true, source: { kind: "result", name: place, ...common } };
  return wrong(`\`${place.slice(0, 60)}\` is neither a result's name, nor a notebook's result (\`path.ipynb#name\`), nor a .jsonl file.`);
}

function valueAt(row: Readonly<Record<string, unknown>>, key: string): unknown {
  if (Object.hasOwn(row, key)) return row[key];
  return key.split(".").reduce<unknown>((value, part) => (typeof value === "object" && value !== null && Object.hasOwn(value, part) ? (value as Record<string, unknown>)[part] : undefined), row);
}

function isSame(value: unknown, wanted: RowCondition["value"]): boolean {
  if (value === undefined) return false;
  return value === wanted || (value !== null && wanted !== null && typeof value !== "object" && String(value) === String(wanted));
}

function wrong(message: string): SourceReading {
  return { ok: false, message };
}
