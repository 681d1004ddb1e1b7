import type { CompletionEngine } from "../../../extension/completion/completion-engine.ts";
import type { ContextQuery } from "../../../extension/completion/context/context-source.ts";
import type { EditorPort, TextFile } from "../../../extension/completion/context/editor-port.ts";
import { ContextGatherer } from "../../../extension/completion/context/gatherer.ts";
import { IdleWarmer } from "../../../extension/completion/context/idle-warmer.ts";
import { Imports } from "../../../extension/completion/context/sources/imports.ts";
import { OpenFiles } from "../../../extension/completion/context/sources/open-files.ts";
import type { DocumentView } from "../../../extension/completion/document-view.ts";
import type { CompletionSession } from "../../../extension/completion/session.ts";
import type { SourceText } from "./source-texts.ts";

const AROUND_LINES = 40;

/** The other texts as files that are open beside the one that is typed. */
function openFiles(texts: readonly SourceText[]): EditorPort {
  const files: TextFile[] = texts.map(({ uri, languageId, before, written, after }) => ({ uri, languageId, filename: uri.slice("file:///".length), text: before + written + after }));
  return {
    files: () => files,
    read: (uri) => Promise.resolve(files.find((file) => file.uri === uri) ?? null),
    definitions: () => Promise.resolve([]),
    problems: () => [],
    cells: () => [],
  };
}

/** Gathers the other code and evaluates it ahead in idle time, as the extension does. */
export class IdleContext {
  readonly gatherer: ContextGatherer;
  readonly #warmer: IdleWarmer;
  #view: DocumentView | null = null;
  #session: CompletionSession | null = null;

  constructor(texts: readonly SourceText[], engine: CompletionEngine, onFailure: (error: unknown) => void) {
    const editor = openFiles(texts);
    this.gatherer = new ContextGatherer({ sources: [new OpenFiles(editor), new Imports(editor)], onFailure: (_, error) => onFailure(error) });
    this.#warmer = new IdleWarmer({
      allowed: () => true,
      prepare: async (signal) => {
        if (this.#view === null) return null;
        await this.gatherer.refresh(queryAt(this.#view), signal);
        return this.#session?.warmRequest(this.#view) ?? null;
      },
      warm: (request, signal) => engine.warm(request, signal),
      onFailure,
    });
  }

  /** Somebody begins to type at `view`, after having read there for a while. */
  async begin(session: CompletionSession, view: DocumentView): Promise<void> {
    this.#session = session;
    this.#view = view;
    await this.gatherer.refresh(queryAt(view), new AbortController().signal);
  }

  key(view: DocumentView): void {
    this.#view = view;
    this.#warmer.stir();
  }

  dispose(): void {
    this.#warmer.dispose();
  }
}

function queryAt({ uri, languageId, before, after }: DocumentView): ContextQuery {
  const above = before.split("\n");
  return {
    uri, languageId, before, filename: uri.slice("file:///".length), line: above.length - 1, character: (above.at(-1) ?? "").length,
    around: above.slice(-AROUND_LINES).join("\n") + after.split("\n", AROUND_LINES >> 2).join("\n"),
  };
}
