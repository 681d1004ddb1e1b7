import type { Range } from "./cell.ts";
import { nameProblem } from "./names.ts";
import { occurrencesIn, type CellOccurrences, type Occurrence } from "./occurrences.ts";
import { parseCell } from "./parse.ts";

/** A place in a notebook: offset in UTF-16 units in the source of the cell at an index. */
export interface NotebookPlace {
  cell: number;
  offset: number;
}

export interface NotebookOccurrence extends Occurrence {
  cell: number;
}

export interface RenameEdit {
  cell: number;
  range: Range;
  text: string;
  /** False: somebody should look at it first; in code it may be another thing of the same name. */
  certain: boolean;
}

export type Rename = { ok: true; name: string; edits: RenameEdit[] } | { ok: false; message: string };

/** The notebook's name that stands at a place; null where none does. The place after its last letter counts, too. */
export function nameAt(sources: readonly string[], place: NotebookPlace): Occurrence | null {
  const source = sources[place.cell];
  if (source === undefined) return null;
  const { places } = occurrencesIn(source, parseCell(source));
  return places.find(({ range }) => place.offset >= range.start && place.offset <= range.end) ?? null;
}

/**
 * All places of the name at `place`: definitions and uses. A bare name in code counts only for results, and `vars.name`
 * only for variables; null: no name of the notebook stands there, or no cell defines it.
 */
export function occurrencesOf(sources: readonly string[], place: NotebookPlace): { name: string; places: NotebookOccurrence[] } | null {
  return placesOf(sources.map((source) => occurrencesIn(source, parseCell(source))), place);
}

function placesOf(cells: readonly CellOccurrences[], place: NotebookPlace): { name: string; places: NotebookOccurrence[] } | null {
  const at = cells[place.cell]?.places.find(({ range }) => place.offset >= range.start && place.offset <= range.end);
  if (at === undefined) return null;
  const all = cells.flatMap(({ places }, cell) => places.filter(({ name }) => name === at.name).map((found) => ({ ...found, cell })));
  const kinds = new Set(all.filter(({ kind }) => kind === "definition").map(({ refersTo }) => refersTo));
  if (kinds.size === 0 || (at.refersTo !== undefined && !kinds.has(at.refersTo))) return null;
  return { name: at.name, places: all.filter(({ refersTo }) => refersTo === undefined || kinds.has(refersTo)) };
}

/**
 * Renames the variable or result at `place` in all cells. Refused, with the reason, where the new name is no name, is
 * taken, or would mean something else somewhere, and where a cell that holds the name cannot be read.
 */
export function renameSymbol(sources: readonly string[], place: NotebookPlace, newName: string): Rename {
  const before = sources.map((source) => occurrencesIn(source, parseCell(source)));
  const found = placesOf(before, place);
  if (found === null) return refused(noName(sources, place));
  const { name } = found;
  const problem = nameProblem(newName);
  if (problem !== null) return refused(`\`${newName}\` ${problem}.`);
  if (newName === name) return { ok: true, name, edits: [] };
  const unreadable = before.findIndex(({ isIncomplete }, cell) => isIncomplete && mentions(sources[cell] ?? "", name));
  if (unreadable >= 0) return refused(`Cell ${unreadable + 1} holds \`${name}\` and has a mistake that hides how. Correct it first.`);
  const taken = before.findIndex(({ places }) => places.some((occurrence) => occurrence.name === newName));
  if (taken >= 0) return refused(`\`${newName}\` is already used in cell ${taken + 1}.`);
  const edits = found.places.map(({ cell, range, certain }) => ({ cell, range, text: newName, certain }));
  const changed = changedMeaning(sources, before, edits, newName);
  return changed === null ? { ok: true, name, edits } : refused(`\`${newName}\` would mean something else in cell ${changed + 1}.`);
}

/** A source with the edits of its cell made. */
export function withEdits(source: string, edits: ReadonlyArray<Pick<RenameEdit, "range" | "text">>): string {
  return [...edits].sort((a, b) => b.range.start - a.range.start).reduce((text, { range, text: inserted }) => text.slice(0, range.start) + inserted + text.slice(range.end), source);
}

/** The first cell in which the new name is not read as the old one was: a loop's own variable, a word of YAML. Null: none. */
function changedMeaning(sources: readonly string[], before: readonly CellOccurrences[], edits: readonly RenameEdit[], newName: string): number | null {
  for (const cell of new Set(edits.map((edit) => edit.cell))) {
    const own = edits.filter((edit) => edit.cell === cell);
    const source = withEdits(sources[cell] ?? "", own);
    const starts = new Set(own.map(({ range }) => range.start));
    const expected = before[cell]?.places.map((place) => (starts.has(place.range.start) ? newName : place.name)) ?? [];
    const { places, isIncomplete } = occurrencesIn(source, parseCell(source));
    if (isIncomplete !== before[cell]?.isIncomplete || places.map(({ name }) => name).join() !== expected.join()) return cell;
  }
  return null;
}

function noName(sources: readonly string[], place: NotebookPlace): string {
  const at = nameAt(sources, place);
  return at === null ? "No name of the notebook stands here." : `\`${at.name}\` is not defined by a cell of this notebook.`;
}

function mentions(source: string, name: string): boolean {
  return new RegExp(`(?<![\\p{L}\\p{N}_])${name}(?![\\p{L}\\p{N}_])`, "u").test(source);
}

function refused(message: string): Rename {
  return { ok: false, message };
}
