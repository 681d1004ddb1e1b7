import type { ContextQuery, ContextSource, Snippet } from "../context-source.ts";
import type { EditorPort, TextFile } from "../editor-port.ts";
import { windowsOf } from "../windows.ts";

const MAX_FILES = 16;
/** Of a large file only the first windows: generated files are large, and reading one must not take long. */
const MAX_WINDOWS = 40;

/** Files that are open or were open a while ago. */
export class OpenFiles implements ContextSource {
  readonly name = "open files";
  readonly weight = 1;
  readonly #editor: EditorPort;

  constructor(editor: EditorPort) {
    this.#editor = editor;
  }

  gather(query: ContextQuery): Promise<Snippet[]> {
    const files = this.#editor.files().filter(({ uri }) => uri !== query.uri).slice(0, MAX_FILES);
    return Promise.resolve(files.flatMap(snippetsOf));
  }
}

/** A file in windows. */
export function snippetsOf({ uri, filename, text }: TextFile): Snippet[] {
  return windowsOf(text).slice(0, MAX_WINDOWS).map((window) => ({ key: `${uri}#${window.start}`, uri, filename, text: window.text }));
}
