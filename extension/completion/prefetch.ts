import { isCancelled } from "../../runtime/errors.ts";
import type { Clock } from "./clock.ts";
import { regionAt } from "./comment-gate.ts";
import type { DocumentView } from "./document-view.ts";
import type { EngineTurn } from "./engine-turn.ts";
import type { Generation } from "./generation.ts";
import { LINE } from "./line-policy.ts";
import type { CompletionPolicy } from "./request.ts";
import { restOf, type ShownSuggestion } from "./suggestion-cache.ts";

/** A suggestion that stays on screen for so long may be accepted: where that is usual, and where it is not. In ms. */
const LINGER_MS = { usual: 250, unusual: 1_500 };

interface Plan {
  shown: ShownSuggestion;
  abort: AbortController;
  /** Ends the wait. */
  hurry: AbortController;
}

/**
 * Has the next suggestion ready when one is accepted. Costs the engine only when it has nothing else to do: when it
 * has written further than what is shown, nothing is asked; any other request ends it.
 */
export class Prefetch {
  readonly #turn: EngineTurn;
  readonly #clock: Clock;
  readonly #started: (generation: Generation) => void;
  #plan: Plan | null = null;

  constructor(turn: EngineTurn, clock: Clock, started: (generation: Generation) => void) {
    this.#turn = turn;
    this.#clock = clock;
    this.#started = started;
  }

  get planned(): boolean {
    return this.#plan !== null;
  }

  /** `next`: the document with `shown` accepted. `usual`: whether that is likely. `ready`: whether there is something for it already. */
  after(shown: ShownSuggestion, next: DocumentView, policy: CompletionPolicy, usual: boolean, ready: () => boolean): void {
    this.cancel();
    const plan = { shown, abort: new AbortController(), hurry: new AbortController() };
    this.#plan = plan;
    void this.#run(plan, next, policy, usual ? LINGER_MS.usual : LINGER_MS.unusual, ready).catch((error: unknown) => {
      if (!isCancelled(error)) throw error;
    });
  }

  /** True while what is prepared still lies ahead of a person who types along. */
  leadsFrom(view: DocumentView): boolean {
    return this.#plan !== null && restOf(this.#plan.shown, view) !== null;
  }

  /** Somebody is about to reach the end of what is shown. */
  hurry(): void {
    this.#plan?.hurry.abort();
  }

  cancel(): void {
    this.#plan?.abort.abort();
    this.#plan = null;
  }

  async #run({ shown, abort: { signal }, hurry }: Plan, next: DocumentView, policy: CompletionPolicy, lingerMs: number, ready: () => boolean): Promise<void> {
    const { draft, draftEnd } = shown;
    while (draft.end === null) await draft.changed(signal);
    if (draft.error !== null || draft.text.slice(draftEnd).trim() !== "") return;
    await this.#clock.sleep(lingerMs, AbortSignal.any([signal, hurry.signal])).catch((error: unknown) => {
      if (signal.aborted || !isCancelled(error)) throw error;
    });
    if (this.#turn.running !== null || ready() || !isWanted(next, policy)) return;
    this.#started(this.#turn.start(next, LINE));
  }
}

function isWanted(view: DocumentView, { insideComments, insideStrings }: CompletionPolicy): boolean {
  const region = regionAt(view);
  return region === "code" || (region === "comment" ? insideComments : insideStrings);
}
