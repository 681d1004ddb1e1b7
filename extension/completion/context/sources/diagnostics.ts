import type { ContextQuery, ContextSource, Snippet } from "../context-source.ts";
import type { EditorPort } from "../editor-port.ts";

const MAX_PROBLEMS = 6;
const NEAR_LINES = 30;
const MAX_CHARS = 200;

/** Errors and warnings near the cursor: what is written next often mends them. */
export class Diagnostics implements ContextSource {
  readonly name = "diagnostics";
  readonly weight = 1.2;
  readonly #editor: EditorPort;

  constructor(editor: EditorPort) {
    this.#editor = editor;
  }

  gather({ uri, filename, line }: ContextQuery): Promise<Snippet[]> {
    const near = this.#editor.problems(uri)
      .map((problem) => ({ ...problem, distance: Math.abs(problem.line - line) }))
      .filter(({ distance }) => distance <= NEAR_LINES)
      .sort((a, b) => a.distance - b.distance)
      .slice(0, MAX_PROBLEMS);
    if (near.length === 0) return Promise.resolve([]);
    const text = near.map((problem) => `line ${problem.line + 1}: ${problem.message.replace(/\s+/g, " ").slice(0, MAX_CHARS)}`).join("\n");
    return Promise.resolve([{ key: `${uri}#problems`, uri: `${uri}#problems`, filename: `${filename} (problems)`, text, transient: true }]);
  }
}
