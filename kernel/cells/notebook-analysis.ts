import type { Diagnostic, NotebookScope, ParsedCell } from "./cell.ts";
import { judgeCell } from "./judge-cell.ts";
import { parseCell } from "./parse.ts";
import { surroundingsAtTop, surroundingsBelow, type Surroundings } from "./surroundings.ts";
import { symbolsOf } from "./symbols.ts";

/** A cell as the editor has it. */
export interface CellInput {
  source: string;
  /** What the saved output of a prompt cell holds; undefined: nothing. Compared by identity. */
  result?: unknown;
}

/** One cell, and what it means at its place. */
export interface CellView {
  source: string;
  parsed: ParsedCell;
  scope: NotebookScope;
}

/** A source with what was worked out for it. The same entry serves as long as the text is the same. */
interface Entry {
  source: string;
  result: unknown;
  parsed: ParsedCell;
  /** All that cells below can see of it besides the result: equal texts mean the same to them. */
  contribution: string;
  names: string;
  /** By what the cell saw when it was judged: its own place in the notebook may change. */
  judged: WeakMap<Surroundings, { all: ReadonlySet<string>; diagnostics: Diagnostic[] }>;
}

/**
 * A notebook that is being edited. `update` parses only cells whose text is new, and `diagnostics` judges only
 * cells that changed or that see something else than before: editing one of 200 cells costs one cell.
 */
export class NotebookAnalysis {
  #entries: Entry[] = [];
  #known = new Map<string, Entry>();
  #seen: Surroundings[] = [];
  #top: Surroundings = surroundingsAtTop({ values: {}, stale: [], models: [] });
  /** What followed certain surroundings last time. While the same follows, cells further down need no new look. */
  readonly #below = new WeakMap<Surroundings, { contribution: string; result: unknown; after: Surroundings }>();
  #all: ReadonlySet<string> = new Set();
  #allText = "";

  update(cells: readonly CellInput[], models: readonly string[]): void {
    if (models.join() !== this.#top.scope.models.join()) this.#top = surroundingsAtTop({ values: {}, stale: [], models: [...models] });
    const known = this.#known;
    this.#entries = cells.map((cell) => entryFor(cell, known.get(cell.source)));
    this.#known = new Map(this.#entries.map((entry) => [entry.source, entry]));
    this.#chain();
    const allText = this.#entries.map(({ names }) => names).join("\n");
    if (allText === this.#allText) return;
    this.#allText = allText;
    this.#all = new Set(this.#entries.flatMap(({ parsed }) => symbolsOf(parsed).map(({ name }) => name)));
  }

  get length(): number {
    return this.#entries.length;
  }

  /** Undefined: there is no such cell. */
  cell(index: number): CellView | undefined {
    const entry = this.#entries[index];
    const seen = this.#seen[index];
    return entry === undefined || seen === undefined ? undefined : { source: entry.source, parsed: entry.parsed, scope: seen.scope };
  }

  /** Everything that is wrong with a cell at its place in the notebook. */
  diagnostics(index: number): readonly Diagnostic[] {
    const entry = this.#entries[index];
    const seen = this.#seen[index];
    if (entry === undefined || seen === undefined) return [];
    const before = entry.judged.get(seen);
    if (before?.all === this.#all) return before.diagnostics;
    const diagnostics = judgeCell(entry.parsed, seen, this.#all);
    entry.judged.set(seen, { all: this.#all, diagnostics });
    return diagnostics;
  }

  #chain(): void {
    let current = this.#top;
    this.#seen = this.#entries.map((entry) => {
      const seen = current;
      if (entry.contribution !== "") current = this.#after(seen, entry);
      return seen;
    });
  }

  #after(seen: Surroundings, { parsed, contribution, result }: Entry): Surroundings {
    const last = this.#below.get(seen);
    if (last?.contribution === contribution && last.result === result) return last.after;
    const after = surroundingsBelow(seen, parsed, this.#top.scope, result);
    this.#below.set(seen, { contribution, result, after });
    return after;
  }
}

function entryFor({ source, result }: CellInput, known: Entry | undefined): Entry {
  if (known !== undefined && known.result === result) return known;
  const parsed = known?.parsed ?? parseCell(source);
  const names = symbolsOf(parsed).map(({ name }) => name).join(" ");
  return { source, result, parsed, contribution: contributionOf(source, parsed, names), names, judged: new WeakMap() };
}

/** "" for a cell that cells below see nothing of. A prompt gives them its name and its result only. */
function contributionOf(source: string, { cell }: ParsedCell, names: string): string {
  if (cell.kind === "vars" || cell.kind === "command") return source;
  return cell.kind === "empty" || (names === "" && cell.kind !== "prompt" && cell.kind !== "bench") ? "" : `%%${cell.kind} ${names}`;
}
