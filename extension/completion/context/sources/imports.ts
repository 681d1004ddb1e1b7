import type { ContextQuery, ContextSource, Snippet } from "../context-source.ts";
import type { EditorPort, TextFile } from "../editor-port.ts";
import { importPaths } from "../import-paths.ts";
import { snippetsOf } from "./open-files.ts";

const MAX_FILES = 8;

/** Files of this workspace that the current one imports. */
export class Imports implements ContextSource {
  readonly name = "imports";
  readonly weight = 1.2;
  readonly #editor: EditorPort;

  constructor(editor: EditorPort) {
    this.#editor = editor;
  }

  async gather({ uri, before, languageId }: ContextQuery, signal: AbortSignal): Promise<Snippet[]> {
    const found: TextFile[] = [];
    for (const places of importPaths(before, languageId)) {
      if (signal.aborted || found.length >= MAX_FILES) break;
      const file = await this.#first(uri, places);
      if (file !== null && !found.some((one) => one.uri === file.uri)) found.push(file);
    }
    return found.flatMap(snippetsOf);
  }

  async #first(from: string, places: readonly string[]): Promise<TextFile | null> {
    for (const place of places) {
      const target = relativeTo(from, place);
      const file = target === null ? null : await this.#editor.read(target);
      if (file !== null) return file;
    }
    return null;
  }
}

/** A path relative to a file's folder, as a URI. Null for a file that has no folder, such as an untitled one. */
function relativeTo(uri: string, path: string): string | null {
  return URL.canParse(path, uri) ? new URL(path, uri).href : null;
}
