import type { MessageTemplate, ParsedCell, Range, Setting } from "./cell.ts";
import { codeNames } from "./code-names.ts";
import { readCompareSource } from "./compare-source.ts";
import { hasErrors } from "./diagnostic.ts";
import { chartFieldNames, conditionNames, promptSettingNames, type Found } from "./setting-occurrences.ts";
import { sourceRange } from "./source-range.ts";
import { symbolsOf } from "./symbols.ts";
import { TemplateError, templateVariables } from "./template.ts";

/** A place in a cell where a name of the notebook stands: exactly the letters of the name. */
export interface Occurrence {
  name: string;
  range: Range;
  kind: "definition" | "use";
  /** What it stands for, an axis being a variable that a matrix gives values to; undefined: a template takes any. */
  refersTo?: "variable" | "result" | "axis";
  /** False: in code it may be another thing of the same name. */
  certain: boolean;
}

export interface CellOccurrences {
  places: Occurrence[];
  /** The cell, or a template in it, could not be read, or holds a name in a form without a place: there may be more names. */
  isIncomplete: boolean;
}

/** Every place of a cell where a name of the notebook stands, in their order. */
export function occurrencesIn(source: string, parsed: ParsedCell): CellOccurrences {
  const { cell, diagnostics } = parsed;
  if (cell.kind === "js") {
    const defined = new Set(symbolsOf(parsed).map(({ range }) => range.start));
    const placed = { text: cell.code, lineStarts: cell.lineStarts };
    const places = codeNames(cell.code).map(({ range, ...found }): Occurrence => {
      const place = sourceRange(placed, range);
      return { ...found, range: place, kind: defined.has(place.start) ? "definition" : "use" };
    });
    return { places, isIncomplete: false };
  }
  const found: CellOccurrences = { places: [], isIncomplete: hasErrors(diagnostics) };
  for (const { name, kind, range } of symbolsOf(parsed)) add(found, source, { name, range: withoutQuotes(source, range), kind: "definition", refersTo: kind, certain: true });
  if (cell.kind === "compare") for (const place of sidesOf(cell.settings, source)) add(found, source, place);
  if (cell.kind === "chart") {
    for (const { key, value, valueRange } of cell.settings) if (key === "data" && typeof value === "string") addPath(found, source, value, withoutQuotes(source, valueRange).start);
    addAll(found, source, chartFieldNames(cell, source));
  }
  if (cell.kind === "prompt") {
    addAll(found, source, promptSettingNames(cell, source));
    for (const message of cell.messages) addTemplate(found, source, message);
  }
  found.places.sort((a, b) => a.range.start - b.range.start);
  return found;
}

/** The results that a comparison names (a side begins with the name), and the axes in its conditions. */
function sidesOf(settings: readonly Setting[], source: string): Occurrence[] {
  return settings.flatMap(({ key, value, valueRange }): Occurrence[] => {
    const reading = key === "a" || key === "b" ? readCompareSource(value) : null;
    if (reading?.ok !== true || reading.source.kind !== "result") return [];
    const { name } = reading.source;
    const { start, end } = withoutQuotes(source, valueRange);
    return [{ name, range: { start, end: start + name.length }, kind: "use", refersTo: "result", certain: true }, ...conditionNames(source.slice(start, end), start)];
  });
}

function addTemplate(found: CellOccurrences, source: string, { template, lineStarts }: MessageTemplate): void {
  try {
    for (const { name, range: { start } } of templateVariables(template)) {
      const range = sourceRange({ text: template, lineStarts }, { start, end: start + name.length });
      add(found, source, { name, range, kind: "use", certain: true });
    }
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    found.isIncomplete = true;
  }
}

/** The name at the head of a path such as `temps.table`. */
function addPath(found: CellOccurrences, source: string, path: string, start: number): void {
  const name = path.trim().split(".")[0] ?? "";
  if (name !== "") add(found, source, { name, range: { start, end: start + name.length }, kind: "use", certain: true });
}

function addAll(found: CellOccurrences, source: string, places: readonly Found[]): void {
  for (const place of places) {
    if (place === null) found.isIncomplete = true;
    else add(found, source, { ...place, range: withoutQuotes(source, place.range) });
  }
}

/** A place where something else stands than the name (YAML escapes, the library's `{% liquid %}` offsets) is no place to edit. */
function add(found: CellOccurrences, source: string, place: Occurrence): void {
  if (source.slice(place.range.start, place.range.end) === place.name) found.places.push(place);
  else found.isIncomplete = true;
}

function withoutQuotes(source: string, { start, end }: Range): Range {
  const quote = source.charAt(start);
  const isQuoted = end - start > 2 && (quote === '"' || quote === "'") && source.charAt(end - 1) === quote;
  return isQuoted ? { start: start + 1, end: end - 1 } : { start, end };
}
