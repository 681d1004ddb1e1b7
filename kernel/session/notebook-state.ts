import type { NotebookScope, PromptCell } from "../cells/cell.ts";
import type { PromptSettings } from "../cells/settings.ts";
import { Names } from "./names.ts";
import type { FinishedJob } from "./prompt-runner.ts";

/** Cells kept for `%export`; older ones are forgotten. */
const MAX_HISTORY = 1000;

/** What a notebook remembers between its cells. */
export class NotebookState {
  readonly names = new Names();
  /** Settings of `%defaults` and `%precision`. */
  defaults: PromptSettings = {};
  /** Prompt cells by name, for `run()` in %%js cells. */
  readonly cells = new Map<string, PromptCell>();
  /** For `%trace last`. */
  last: FinishedJob | null = null;
  /** Model ids of the last look at the runtime, for completion. */
  models: string[] = [];
  #sources: string[] = [];

  scope(): NotebookScope {
    return { values: this.names.values(), stale: this.names.stale(), models: this.models, defaults: { ...this.defaults } };
  }

  /** Sources of the cells that ran, oldest first. */
  get sources(): readonly string[] {
    return this.#sources;
  }

  remember(source: string): void {
    this.#sources = [...this.#sources, source].slice(-MAX_HISTORY);
  }

  /** Everything but the loaded models and the sources. */
  reset(): void {
    this.names.clear();
    this.defaults = {};
    this.cells.clear();
    this.last = null;
  }
}
