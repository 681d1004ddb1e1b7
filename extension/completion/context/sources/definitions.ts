import { nearbyNames } from "../nearby-names.ts";
import type { ContextQuery, ContextSource, Snippet } from "../context-source.ts";
import type { EditorPort, Place } from "../editor-port.ts";

const MAX_NAMES = 6;
const MAX_LINES = 30;
/** A language service may be busy for seconds; context is not worth the wait. */
const BOX_MS = 40;

/** Definitions of the names near the cursor, as the language service finds them within 40 ms. */
export class Definitions implements ContextSource {
  readonly name = "definitions";
  readonly weight = 1.6;
  readonly #editor: EditorPort;
  readonly #boxMs: number;

  constructor(editor: EditorPort, boxMs = BOX_MS) {
    this.#editor = editor;
    this.#boxMs = boxMs;
  }

  async gather(query: ContextQuery, signal: AbortSignal): Promise<Snippet[]> {
    const names = nearbyNames(query.before.split("\n"), query.line, MAX_NAMES);
    const found: Snippet[] = [];
    const work = Promise.allSettled(names.map(async ({ line, character }) => {
      for (const place of await this.#editor.definitions(query.uri, line, character)) {
        const snippet = place.uri === query.uri ? null : await this.#snippet(place);
        if (snippet !== null && !found.some(({ key }) => key === snippet.key)) found.push(snippet);
      }
    }));
    await inBox(work, this.#boxMs, signal);
    // What comes later goes into the array of a call that is over.
    return [...found];
  }

  async #snippet({ uri, startLine, endLine }: Place): Promise<Snippet | null> {
    const file = await this.#editor.read(uri);
    if (file === null) return null;
    const text = file.text.split(/\r?\n/).slice(startLine, Math.min(endLine + 1, startLine + MAX_LINES)).join("\n").trimEnd();
    return text === "" ? null : { key: `${uri}#def${startLine}`, uri, filename: file.filename, text };
  }
}

/** Resolves with the work, at the end of the time, or with an abort: whatever comes first. */
async function inBox(work: Promise<unknown>, ms: number, signal: AbortSignal): Promise<void> {
  let over: () => void = () => undefined;
  const end = new Promise<void>((resolve) => { over = resolve; });
  const timer = setTimeout(over, ms);
  signal.addEventListener("abort", over, { once: true });
  try {
    await Promise.race([work, end]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", over);
  }
}
