import type { ContextQuery, ContextSource, Snippet } from "../context-source.ts";
import type { EditorPort } from "../editor-port.ts";
import { windowAround } from "../windows.ts";

const MAX_PLACES = 12;
const LINES = 24;
/** Edits within so many lines are one place. */
const NEAR_LINES = 16;

interface Place {
  uri: string;
  line: number;
}

/** Where the user changed something lately, in other files: the next change often goes with it. */
export class RecentEdits implements ContextSource {
  readonly name = "recent edits";
  readonly weight = 1.3;
  readonly #editor: EditorPort;
  /** The last one first. */
  #places: Place[] = [];

  constructor(editor: EditorPort) {
    this.#editor = editor;
  }

  /** Somebody typed there. */
  edited(uri: string, line: number): void {
    const known = this.#places.find((place) => place.uri === uri && Math.abs(place.line - line) < NEAR_LINES);
    this.#places = [known ?? { uri, line }, ...this.#places.filter((place) => place !== known)].slice(0, MAX_PLACES);
  }

  async gather(query: ContextQuery): Promise<Snippet[]> {
    const places = this.#places.filter(({ uri }) => uri !== query.uri);
    const snippets = await Promise.all(places.map(async ({ uri, line }) => {
      const file = await this.#editor.read(uri);
      if (file === null) return null;
      const { start, text } = windowAround(file.text, line, LINES);
      return { key: `${uri}#edit${start}`, uri, filename: file.filename, text };
    }));
    return snippets.filter((snippet) => snippet !== null);
  }
}
