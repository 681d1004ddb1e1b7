import { asRetortError, isCancelled, type RetortError } from "../../runtime/errors.ts";
import { Alternatives } from "./alternatives.ts";
import type { Clock } from "./clock.ts";
import type { CompletionEngine, ContextChunks, FillMode, FillRequest } from "./completion-engine.ts";
import { cutSuggestion } from "./cut-suggestion.ts";
import { Debounce } from "./debounce.ts";
import { afterTyping, type DocumentView, restOfLine, typedPart } from "./document-view.ts";
import type { Draft } from "./draft.ts";
import { EngineTurn } from "./engine-turn.ts";
import { unwantedPlace } from "./gate.ts";
import type { Generation } from "./generation.ts";
import { shapeFor, withFollowUp } from "./line-policy.ts";
import { Prefetch } from "./prefetch.ts";
import { isFilterReason } from "./reasons.ts";
import { replacedLength } from "./replace-range.ts";
import type { Answer, CompletionRequest, RequestRecord, Source, Suggestion } from "./request.ts";
import { StageWatch } from "./stage-watch.ts";
import { SuggestionCache } from "./suggestion-cache.ts";
import { Uptake } from "./uptake.ts";
import { waitForUsable } from "./wait-for-usable.ts";

/** After a failure typing does not ask again for so long: each key would fail the same way. */
const FAILURE_PAUSE_MS = 5_000;

export interface SessionEvents {
  /** Once for each request, when its share of the engine's work is over. */
  onRequest(record: RequestRecord): void;
  /** A suggestion that was not on screen before; `tokens` of it were never shown before. */
  onShown(suggestion: Suggestion, tokens: number): void;
  /** The engine is done with a request of any kind. */
  onGenerated(tokens: number): void;
  onMode(mode: FillMode): void;
}

export interface SessionParts {
  engine: CompletionEngine;
  context: ContextChunks;
  clock: Clock;
  events: SessionEvents;
}

/**
 * Decides for each key what is shown: the rest of what is on screen, what the model wrote ahead, the stream that is
 * running, or a new request. No editor types, no timers of its own: see test/unit/extension/completion/session.test.ts.
 */
export class CompletionSession {
  readonly #parts: SessionParts;
  readonly #turn: EngineTurn;
  readonly #cache = new SuggestionCache();
  readonly #debounce = new Debounce();
  readonly #prefetch: Prefetch;
  readonly #alternatives: Alternatives;
  readonly #uptake = new Uptake();
  #current = new AbortController();
  #behindItem: Draft | null = null;
  #failure: { until: number; error: RetortError } | null = null;

  constructor(parts: SessionParts) {
    this.#parts = parts;
    this.#turn = new EngineTurn(parts.engine, parts.context, parts.clock);
    const started = (generation: Generation): void => this.#started(generation);
    this.#prefetch = new Prefetch(this.#turn, parts.clock, started);
    this.#alternatives = new Alternatives(this.#turn, started);
  }

  /** Never rejects: failures are answers. `signal`: the editor no longer wants this answer; the stream may go on. */
  async complete(request: CompletionRequest, signal: AbortSignal): Promise<Answer> {
    this.#current.abort();
    this.#current = new AbortController();
    const either = AbortSignal.any([signal, this.#current.signal]);
    const watch = new StageWatch(this.#parts.clock, request);
    if (!request.invoked) this.#debounce.key(this.#parts.clock.now(), typedPart(request.view));
    const placed = withSelected(request);
    let answer: Answer;
    try {
      answer = await this.#answer(placed, watch, either);
    } catch (error) {
      answer = isCancelled(error) ? { kind: "none", reason: "superseded" } : this.#failed(asRetortError(error));
    }
    watch.report(answer, (record) => this.#parts.events.onRequest(record));
    return answer;
  }

  /** The document or the cursor is now as in `view`; null: elsewhere. Ends work that has become useless, at once. */
  follow(view: DocumentView | null): void {
    const running = this.#turn.running;
    if (running !== null && (view === null || !(this.#serves(running.draft, view) || this.#prefetch.leadsFrom(view)))) {
      this.#current.abort();
      this.#turn.stop();
    }
    if (view === null || !this.#prefetch.leadsFrom(view)) this.#prefetch.cancel();
  }

  /** True while {@link follow} has something to end. */
  get busy(): boolean {
    return this.#turn.running !== null || this.#prefetch.planned;
  }

  /** What can be evaluated before anyone types at `view`; null while there is something better to do. */
  warmRequest(view: DocumentView): FillRequest | null {
    if (this.#turn.running !== null || this.#cache.draftsAt(view).length > 0) return null;
    return this.#turn.request(view, 0);
  }

  /** Ends everything that is under way, and forgets what was written. */
  stop(): void {
    this.#current.abort();
    this.#prefetch.cancel();
    this.#turn.stop();
    this.#cache.clear();
    this.#failure = null;
  }

  /** A text that begins with an item of the suggest widget is of use while its name is being typed. */
  #serves(draft: Draft, view: DocumentView): boolean {
    return draft.consumed(view) !== null || (draft === this.#behindItem && draft.view.uri === view.uri && draft.view.before.startsWith(view.before));
  }

  async #answer(request: CompletionRequest, watch: StageWatch, signal: AbortSignal): Promise<Answer> {
    const uptaken = this.#uptake.follow(request.view);
    if (uptaken === "typed") this.#prefetch.hurry();
    const along = this.#typedAlong(request);
    if (along !== null && !request.invoked) return { kind: "shown", suggestions: along, source: "typed" };
    const unwanted = along === null ? unwantedPlace(request) : null;
    if (unwanted !== null) {
      this.follow(null);
      return { kind: "none", reason: unwanted };
    }
    const first = along === null ? await this.#first(request, uptaken === "accepted", watch, signal) : { kind: "shown" as const, suggestions: along, source: "typed" as const };
    // Asking at a place that has its answer means asking for another one.
    const wantsMore = request.invoked && (first.kind === "none" ? isFilterReason(first.reason) : first.source === "typed");
    return wantsMore ? await this.#withAlternatives(first, request, signal) : first;
  }

  #typedAlong({ view }: CompletionRequest): [Suggestion, ...Suggestion[]] | null {
    const [first, ...others] = this.#cache.restOfShown(view).map(({ text, shown }) => {
      this.#keepGoing(shown.draft, view);
      return { text, replaced: replacedLength(text, restOfLine(view)) };
    });
    return first === undefined ? null : [first, ...others];
  }

  async #first(request: CompletionRequest, accepted: boolean, watch: StageWatch, signal: AbortSignal): Promise<Answer> {
    for (const draft of this.#cache.draftsAt(request.view)) {
      const source: Source = draft.end === null ? "stream" : "ahead";
      const answer = await this.#fromDraft(draft, source, request, watch, signal);
      if (answer !== null) return answer;
    }
    const pause = this.#failure;
    if (pause !== null && !request.invoked && this.#parts.clock.now() < pause.until) return { kind: "none", reason: "engine_failed", error: pause.error };
    return this.#ask(request, accepted, watch, signal);
  }

  async #ask(request: CompletionRequest, accepted: boolean, watch: StageWatch, signal: AbortSignal): Promise<Answer> {
    this.#prefetch.cancel();
    this.#turn.stop();
    const { clock, engine, events } = this.#parts;
    // Whoever has just accepted something is not typing.
    if (!request.invoked && !accepted) await watch.debounced(clock.sleep(request.policy.debounceMs ?? this.#debounce.wait(typedPart(request.view), this.#uptake.isUsual), signal));
    const mode = await engine.mode();
    signal.throwIfAborted();
    events.onMode(mode);
    if (mode.kind === "refused") return { kind: "none", reason: "refused", model: mode.model, instead: mode.instead };
    const { multiline, maxLines } = request.policy;
    const shape = shapeFor(request.view, multiline, maxLines);
    const generation = this.#turn.start(request.view, this.#uptake.isUsual ? withFollowUp(shape) : shape);
    this.#started(generation);
    this.#behindItem = request.selected === null ? null : generation.draft;
    watch.generating(generation);
    const answer = await this.#fromDraft(generation.draft, "new", request, watch, signal) ?? { kind: "none", reason: "empty" };
    this.#debounce.answered(clock.now() - generation.startedAt);
    return answer;
  }

  /** What `draft` has for this place. Null when it has been used up, or turns out to be something else. */
  async #fromDraft(draft: Draft, source: Source, request: CompletionRequest, watch: StageWatch, signal: AbortSignal): Promise<Answer | null> {
    const { multiline, maxLines } = request.policy;
    const shape = shapeFor(request.view, multiline, maxLines);
    this.#keepGoing(draft, request.view);
    const usable = await waitForUsable(draft, request.view, shape, this.#parts.clock, signal);
    if (draft.error !== null && usable === null) throw draft.error;
    if (usable === null) return null;
    const cut = watch.filtered(() => cutSuggestion(draft, usable.offset, usable.length, shape, request));
    if ("reason" in cut) {
      if (this.#turn.running?.draft === draft) this.#turn.stop();
      return { kind: "none", reason: cut.reason };
    }
    this.#shown(draft, usable.offset, cut, request);
    return { kind: "shown", suggestions: [cut], source };
  }

  async #withAlternatives(first: Answer, request: CompletionRequest, signal: AbortSignal): Promise<Answer> {
    const known = first.kind === "shown" ? first.suggestions : [];
    const { multiline, maxLines } = request.policy;
    const shape = shapeFor(request.view, multiline, maxLines);
    const others = await this.#alternatives.find(known, request, shape, (draft) => waitForUsable(draft, request.view, shape, this.#parts.clock, signal));
    this.#cache.addAlternatives(others.map(({ draft, suggestion: { text } }) => ({ view: request.view, text, draft, draftEnd: text.length })));
    const [one, ...more] = [...known, ...others.map(({ suggestion }) => suggestion)];
    return one === undefined ? first : { kind: "shown", suggestions: [one, ...more], source: first.kind === "shown" ? first.source : "new" };
  }

  #shown(draft: Draft, offset: number, suggestion: Suggestion, { view, policy }: CompletionRequest): void {
    const shown = { view, text: suggestion.text, draft, draftEnd: offset + suggestion.text.length };
    this.#cache.addShown(shown);
    this.#uptake.shown(shown);
    const usual = this.#uptake.isUsual;
    if (!usual && this.#turn.running?.draft === draft) this.#turn.stop();
    this.#parts.events.onShown(suggestion, draft.show(shown.draftEnd));
    const next = afterTyping(view, suggestion.text, suggestion.replaced);
    this.#prefetch.after(shown, next, policy, usual, () => this.#cache.draftsAt(next).some((one) => one !== draft));
  }

  #started(generation: Generation): void {
    const { draft } = generation;
    this.#cache.addDraft(draft);
    void generation.settled.then(() => {
      this.#parts.events.onGenerated(draft.generated);
      if (draft.error === null) {
        if (draft.generated > 0) this.#failure = null;
      } else this.#failed(draft.error);
    });
  }

  #failed(error: RetortError): Answer {
    this.#failure = { until: this.#parts.clock.now() + FAILURE_PAUSE_MS, error };
    return { kind: "none", reason: "engine_failed", error };
  }

  /** A person types along what the engine writes: it may write further. */
  #keepGoing(draft: Draft, view: DocumentView): void {
    const offset = draft.consumed(view);
    if (this.#turn.running?.draft === draft && typeof offset === "number") this.#turn.running.consumeTo(offset);
  }
}

/** The document as it would be with the selected item of the suggest widget in it. */
function withSelected(request: CompletionRequest): CompletionRequest {
  const { view, selected } = request;
  if (selected === null) return request;
  const before = view.before.slice(0, view.before.length - selected.before) + selected.text;
  return { ...request, view: { ...view, before, after: view.after.slice(selected.after) } };
}
