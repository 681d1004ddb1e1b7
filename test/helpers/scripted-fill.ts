import type { CompletionEngine, FillEnd, FillMode, FillPiece, FillRequest } from "../../extension/completion/completion-engine.ts";
import type { Clock } from "../../extension/completion/clock.ts";
import { cancelled } from "../../runtime/errors.ts";

export interface Script {
  /** The whole text; it comes in tokens of about four characters unless `pieces` says otherwise. */
  text?: string;
  pieces?: readonly string[];
  probability?: number;
  finish?: FillEnd["finish"];
  ttftMs?: number;
  tokenMs?: number;
  error?: Error;
}

/** An engine that writes what a test says, in virtual time. */
export class ScriptedFill implements CompletionEngine {
  readonly requests: FillRequest[] = [];
  readonly #clock: Clock;
  readonly #script: (request: FillRequest, n: number) => Script;
  fillMode: FillMode = { kind: "fim", model: "scripted" };
  modeCalls = 0;
  /** Requests that were ended by their signal, with the time. */
  aborted: number[] = [];
  running = 0;
  mostRunning = 0;
  tokens = 0;

  constructor(clock: Clock, script: Script | ((request: FillRequest, n: number) => Script)) {
    this.#clock = clock;
    this.#script = typeof script === "function" ? script : () => script;
  }

  async mode(): Promise<FillMode> {
    this.modeCalls++;
    return this.fillMode;
  }

  async fill(request: FillRequest, onPiece: (piece: FillPiece) => void, signal: AbortSignal): Promise<FillEnd> {
    const script = this.#script(request, this.requests.push(request));
    const { pieces = tokensOf(script.text ?? ""), probability, ttftMs = 50, tokenMs = 10, finish = "stop" } = script;
    this.mostRunning = Math.max(this.mostRunning, ++this.running);
    try {
      await this.#clock.sleep(ttftMs, signal);
      if (script.error !== undefined) throw script.error;
      for (const [i, text] of pieces.entries()) {
        if (i > 0) await this.#clock.sleep(tokenMs, signal);
        if (signal.aborted) throw cancelled();
        this.tokens++;
        onPiece({ text, probabilities: probability === undefined ? [] : [probability] });
      }
      return { finish, promptTokens: 100, cachedTokens: 90, completionTokens: pieces.length, ttftMs, decodeTokS: 100, queueMs: 1 };
    } catch (error) {
      if (signal.aborted) this.aborted.push(this.#clock.now());
      throw error;
    } finally {
      this.running--;
    }
  }

  async warm(request: FillRequest): Promise<void> {
    this.requests.push(request);
  }
}

function tokensOf(text: string): string[] {
  return text.match(/[\s\S]{1,4}/g) ?? [];
}
