/** The parsed form of a cell. Offsets are UTF-16 units into the cell's source. Pure data. */

export interface Range {
  start: number;
  end: number;
}

export type CellKind = "prompt" | "vars" | "js" | "bench" | "compare" | "chart";

/** One message of a prompt cell, as a template still. */
export interface MessageTemplate {
  role: "system" | "user" | "assistant";
  /** Template source, escapes such as `\user:` already undone. */
  template: string;
  range: Range;
  /** Source offset at which each line of `template` begins, so that a position in it can be shown in the cell. */
  lineStarts: number[];
}

/** A key of the front matter with where it stands. */
export interface Setting {
  key: string;
  value: unknown;
  keyRange: Range;
  valueRange: Range;
  /** The YAML that a list or mapping stands in, from `start` on, for the place of something deep in it. */
  yaml?: { text: string; start: number };
}

export interface PromptCell {
  kind: "prompt";
  settings: Setting[];
  messages: MessageTemplate[];
}

export interface VarsCell {
  kind: "vars";
  /** `parameters` for a papermill cell (`# Parameters`). */
  form: "yaml" | "parameters";
  values: Setting[];
}

export interface JsCell {
  kind: "js";
  /** Code without the kind line; line numbers are kept by leading newlines. */
  code: string;
  /** Source offset at which each line of `code` begins. */
  lineStarts: number[];
}

/** A cell that is settings in YAML and nothing else. */
export interface SettingsCell {
  kind: "bench" | "compare" | "chart";
  settings: Setting[];
  /** The line `%%kind`. */
  kindRange: Range;
  /** The YAML as it stands in the cell, from `start` on, for the place of something deep in it. */
  yaml: { text: string; start: number };
}

/** One `%command` line. */
export interface Command {
  name: string;
  /** Words after the name, quotes undone. */
  args: string[];
  /** The rest of the line as typed. */
  rest: string;
  /** Where `rest` stands. */
  restRange: Range;
  range: Range;
}

/** A cell of `%` lines only. */
export interface CommandCell {
  kind: "command";
  commands: Command[];
}

/** Nothing to run: only white space or comments. */
export interface EmptyCell {
  kind: "empty";
}

export type Cell = PromptCell | VarsCell | JsCell | SettingsCell | CommandCell | EmptyCell;

export interface QuickFix {
  title: string;
  range: Range;
  replacement: string;
}

export interface Diagnostic {
  severity: "error" | "warning" | "information";
  /** Stable snake_case, e.g. `unknown_key`. */
  code: string;
  message: string;
  range: Range;
  fix?: QuickFix;
}

export interface ParsedCell {
  cell: Cell;
  diagnostics: Diagnostic[];
}

/** What the rest of the notebook offers to one cell: for completion, hover, validation. */
export interface NotebookScope {
  /** Variables and named results with their current values (undefined: known name, not run yet). */
  values: Record<string, unknown>;
  /** Names whose cell or inputs changed since they ran. */
  stale: string[];
  /** Model ids that may stand after `model:`. */
  models: string[];
  /** What `%defaults` and `%precision` set for the cells of the notebook, by key. */
  defaults?: Readonly<Record<string, unknown>>;
}
