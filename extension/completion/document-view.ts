/** How a document indents. */
export interface Tabs {
  /** Columns of one level. */
  size: number;
  /** False: a level is one tab character. */
  spaces: boolean;
}

/**
 * A document with the cursor in it, as the pipeline sees it. Lines end in "\n" here whatever the file has; the
 * editor's line ends come back where a suggestion leaves the pipeline.
 */
export interface DocumentView {
  uri: string;
  languageId: string;
  before: string;
  after: string;
  tabs: Tabs;
}

export const DEFAULT_TABS: Tabs = { size: 4, spaces: true };

export function withLineFeeds(text: string): string {
  return text.includes("\r") ? text.replace(/\r\n?/g, "\n") : text;
}

/** The cursor's line up to the cursor. */
export function typedPart({ before }: Pick<DocumentView, "before">): string {
  return before.slice(before.lastIndexOf("\n") + 1);
}

/** The cursor's line from the cursor on. */
export function restOfLine({ after }: Pick<DocumentView, "after">): string {
  const end = after.indexOf("\n");
  return end === -1 ? after : after.slice(0, end);
}

/** The lines below the cursor's, at most `limit`. */
export function linesBelow({ after }: Pick<DocumentView, "after">, limit: number): string[] {
  return after.split("\n", limit + 1).slice(1);
}

/** The nearest line above that is not blank. */
export function lineAbove({ before }: Pick<DocumentView, "before">): string | undefined {
  let end = before.lastIndexOf("\n");
  while (end > 0) {
    const start = before.lastIndexOf("\n", end - 1);
    const line = before.slice(start + 1, end);
    if (line.trim() !== "") return line;
    end = start;
  }
  return undefined;
}

/** The same document after `text` was typed at the cursor in place of the next `replaced` characters. */
export function afterTyping<V extends DocumentView>(view: V, text: string, replaced = 0): V {
  return { ...view, before: view.before + text, after: view.after.slice(replaced) };
}

/** The white space that a line begins with. */
export function indentOf(line: string): string {
  return /^[ \t]*/.exec(line)?.[0] ?? "";
}

/** How far `line` is indented, in columns. */
export function indentWidth(line: string, tabSize: number): number {
  let width = 0;
  for (const char of indentOf(line)) width += char === "\t" ? tabSize - (width % tabSize) : 1;
  return width;
}
