import { cutSuggestion } from "./cut-suggestion.ts";
import type { Draft } from "./draft.ts";
import type { EngineTurn } from "./engine-turn.ts";
import type { Generation } from "./generation.ts";
import type { Shape } from "./line-policy.ts";
import type { CompletionRequest, Suggestion } from "./request.ts";

/** So many suggestions to choose from in all. */
const WANTED = 3;
/** Some tries give what is there already. */
const TRIES = 4;
const TEMPERATURE = 0.8;

/** Other suggestions for the same place. They cost a generation each, so they are made only when asked for. */
export class Alternatives {
  readonly #turn: EngineTurn;
  readonly #started: (generation: Generation) => void;

  constructor(turn: EngineTurn, started: (generation: Generation) => void) {
    this.#turn = turn;
    this.#started = started;
  }

  /** One after the other: the prompt is evaluated already. `usable` waits for a draft and rejects when cancelled. */
  async find(
    known: readonly Suggestion[], request: CompletionRequest, shape: Shape,
    usable: (draft: Draft) => Promise<{ offset: number; length: number } | null>,
  ): Promise<{ draft: Draft; suggestion: Suggestion }[]> {
    const found: { draft: Draft; suggestion: Suggestion }[] = [];
    const texts = new Set(known.map(({ text }) => text));
    for (let seed = 1; seed <= TRIES && texts.size < WANTED; seed++) {
      const generation = this.#turn.start(request.view, { ...shape, decodeLines: shape.maxLines }, { temperature: TEMPERATURE, seed });
      this.#started(generation);
      const { draft } = generation;
      const ready = await usable(draft);
      generation.stop();
      if (draft.error !== null) throw draft.error;
      const suggestion = ready === null ? null : cutSuggestion(draft, ready.offset, ready.length, shape, request);
      if (suggestion === null || "reason" in suggestion || texts.has(suggestion.text)) continue;
      texts.add(suggestion.text);
      found.push({ draft, suggestion });
    }
    return found;
  }
}
