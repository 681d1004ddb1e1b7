import { asRetortError, isCancelled } from "../../runtime/errors.ts";
import type { Clock } from "./clock.ts";
import type { CompletionEngine, FillEnd, FillRequest } from "./completion-engine.ts";
import { Draft } from "./draft.ts";
import type { DocumentView } from "./document-view.ts";
import { countLines } from "./stream-cut.ts";

/** One request to the engine, its text going into a {@link Draft}. Ends by itself when enough lines are there. */
export class Generation {
  readonly draft: Draft;
  /** Resolves when the engine is done with it. Never rejects: an error is the draft's. */
  readonly settled: Promise<FillEnd | null>;
  readonly startedAt: number;
  readonly #clock: Clock;
  readonly #abort = new AbortController();
  readonly #decodeLines: number;
  #firstPieceAt: number | null = null;
  #from = 0;

  constructor(engine: CompletionEngine, clock: Clock, view: DocumentView, request: FillRequest, decodeLines: number) {
    this.draft = new Draft(view);
    this.#clock = clock;
    this.#decodeLines = decodeLines;
    this.startedAt = clock.now();
    this.settled = this.#run(engine, request);
  }

  get running(): boolean {
    return this.draft.end === null;
  }

  /** Time from the request to the first text, in ms. */
  get ttftMs(): number | null {
    return this.#firstPieceAt === null ? null : this.#firstPieceAt - this.startedAt;
  }

  /** The text before `offset` is in the document: enough is counted from there. */
  consumeTo(offset: number): void {
    this.#from = Math.max(this.#from, offset);
  }

  /** Ends decoding. What is there stays of use. */
  stop(): void {
    this.draft.finish("cut");
    this.#abort.abort();
  }

  async #run(engine: CompletionEngine, request: FillRequest): Promise<FillEnd | null> {
    try {
      const end = await engine.fill(request, (piece) => {
        this.#firstPieceAt ??= this.#clock.now();
        this.draft.push(piece);
        if (this.#enough()) this.stop();
      }, this.#abort.signal);
      this.draft.finish(end.finish);
      return end;
    } catch (error) {
      this.draft.finish("cut", isCancelled(error) ? null : asRetortError(error));
      return null;
    }
  }

  #enough(): boolean {
    const text = this.draft.text.slice(this.#from);
    return countLines(text.slice(0, text.lastIndexOf("\n") + 1)) >= this.#decodeLines;
  }
}
