import type { CompletionRequest, CompletionPolicy, RequestRecord, Suggestion, Answer } from "../../extension/completion/request.ts";
import { DEFAULT_TABS, type DocumentView } from "../../extension/completion/document-view.ts";
import { CompletionSession } from "../../extension/completion/session.ts";
import type { FillRequest } from "../../extension/completion/completion-engine.ts";
import { ScriptedFill, type Script } from "./scripted-fill.ts";
import { settle, VirtualClock } from "./virtual-clock.ts";

export const POLICY: CompletionPolicy = { automatic: true, multiline: "auto", maxLines: 12, confidence: 0, debounceMs: 20, insideComments: false, insideStrings: false };

/** `|` marks the cursor. */
export function viewOf(marked: string, languageId = "python"): DocumentView {
  const at = marked.indexOf("|");
  if (at === -1) throw new Error("There is no cursor in the text.");
  return { uri: "file:///a.py", languageId, before: marked.slice(0, at), after: marked.slice(at + 1), tabs: DEFAULT_TABS };
}

/** A session with a scripted engine in virtual time. */
export class Scene {
  readonly clock = new VirtualClock();
  readonly engine: ScriptedFill;
  readonly session: CompletionSession;
  readonly records: RequestRecord[] = [];
  readonly shown: Suggestion[] = [];
  shownTokens = 0;
  generatedTokens = 0;

  constructor(script: Script | ((request: FillRequest, n: number) => Script)) {
    this.engine = new ScriptedFill(this.clock, script);
    this.session = new CompletionSession({
      engine: this.engine, context: { current: () => [] }, clock: this.clock,
      events: {
        onRequest: (record) => this.records.push(record),
        onShown: (suggestion, tokens) => { this.shown.push(suggestion); this.shownTokens += tokens; },
        onGenerated: (tokens) => { this.generatedTokens += tokens; },
        onMode: () => undefined,
      },
    });
  }

  start(view: DocumentView | string, options: Partial<CompletionRequest> = {}, signal = new AbortController().signal): Promise<Answer> {
    const request = { id: "c1", view: typeof view === "string" ? viewOf(view) : view, invoked: false, selected: null, policy: POLICY, ...options };
    return this.session.complete(request, signal);
  }

  /** Asks and lets time pass until there is an answer. */
  ask(view: DocumentView | string, options: Partial<CompletionRequest> = {}): Promise<Answer> {
    return settle(this.clock, this.start(view, options));
  }
}

/** The first suggestion's text, or the reason. */
export function told(answer: Answer): string {
  return answer.kind === "shown" ? answer.suggestions[0].text : `(${answer.reason})`;
}
