import type { ContextQuery, ContextSource, Snippet } from "../context-source.ts";
import type { EditorPort } from "../editor-port.ts";

const MAX_CELLS = 24;
const MAX_CHARS = 2000;

/** The other cells of the same notebook, those nearest before the current one first. */
export class NotebookCells implements ContextSource {
  readonly name = "notebook cells";
  readonly weight = 1.5;
  readonly #editor: EditorPort;

  constructor(editor: EditorPort) {
    this.#editor = editor;
  }

  gather({ uri }: ContextQuery): Promise<Snippet[]> {
    const cells = this.#editor.cells(uri);
    const own = cells.findIndex((cell) => cell.uri === uri);
    const nearest = [...cells.slice(0, Math.max(0, own)).reverse(), ...cells.slice(own + 1)];
    return Promise.resolve(nearest
      .map((cell) => ({ key: cell.uri, uri: cell.uri, filename: cell.filename, text: cell.text.slice(0, MAX_CHARS).trimEnd() }))
      .filter(({ text }) => text !== "")
      .slice(0, MAX_CELLS));
  }
}
