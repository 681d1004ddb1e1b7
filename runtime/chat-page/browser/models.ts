import type { LoadedInfo, RuntimeStatus } from "../../api/types.ts";
import { formatBytes } from "../../bytes.ts";
import { isCancelled } from "../../errors.ts";
import type { Precision } from "../../models/model.ts";
import type { Conversation } from "../conversation.ts";
import { loadingText } from "../loading-text.ts";
import { firstChoice, type ModelChoice, modelChoices, switched } from "../model-choices.ts";
import { precisionChange, speedComparison } from "../precision-change.ts";
import type { RuntimeApi } from "../runtime-api.ts";
import { ModelBar } from "./model-bar.ts";
import type { Notice } from "./notice.ts";
import type { Preferences } from "./preferences.ts";

export interface ModelsParts {
  api: RuntimeApi;
  preferences: Preferences;
  notice: Notice;
  bar: { picker: HTMLSelectElement; toggle: HTMLElement; memory: HTMLElement };
  changed: () => void;
  failed: (error: unknown) => void;
}

/** Which model answers, in which precision, and what that takes. */
export class Models {
  readonly #parts: ModelsParts;
  readonly #bar: ModelBar;
  #choices: readonly ModelChoice[] = [];
  #loaded: readonly LoadedInfo[] = [];
  #id: string | null;
  /** What the list of choices was made from, see {@link stateKey}. */
  #known = "";
  #switch: AbortController | null = null;
  /** What the latest switch brought; speeds join it when they are known. */
  #brought: string[] | null = null;

  constructor(parts: ModelsParts) {
    this.#parts = parts;
    this.#id = parts.preferences.model;
    this.#bar = new ModelBar(parts.bar.picker, parts.bar.toggle, (id) => this.#choose(id), (precision) => void this.#changePrecision(precision));
  }

  /** The model of the next reply. */
  get chosen(): ModelChoice | undefined {
    return firstChoice(this.#choices, this.#id);
  }

  get switching(): boolean {
    return this.#switch !== null;
  }

  /** Asks the runtime anew. Rejects when it does not answer or refuses the key. */
  async refresh(): Promise<void> {
    const { offers, cards, status } = await this.#parts.api.overview();
    this.#known = stateKey(status);
    this.#loaded = status.loaded;
    this.#choices = modelChoices(offers, cards, status);
    await this.#showMemory();
    this.#parts.changed();
  }

  /** Asks for what changes by itself: memory, and whether other programs have loaded or put out a model. */
  async poll(): Promise<void> {
    if (stateKey(await this.#parts.api.status()) === this.#known) await this.#showMemory();
    else await this.refresh();
  }

  draw(running: boolean): void {
    this.#bar.draw(this.#choices, this.chosen, running || this.switching);
  }

  /** A reply has ended: with replies in both precisions there is something to compare. */
  compareSpeeds(conversation: Conversation): void {
    const speeds = speedComparison(conversation, this.chosen?.id ?? "");
    if (this.#brought !== null && speeds !== "") this.#parts.notice.show([...this.#brought, speeds]);
  }

  stopSwitch(): void {
    this.#switch?.abort();
  }

  #choose(id: string): void {
    this.#id = id;
    this.#brought = null;
    this.#parts.preferences.model = id;
    this.#parts.changed();
  }

  async #changePrecision(precision: Precision): Promise<void> {
    const { chosen } = this;
    if (chosen === undefined || this.#switch !== null) return;
    const { api, notice, changed, failed } = this.#parts;
    const before = this.#loaded.find(({ model, precision: one }) => model === chosen.id && one === chosen.active) ?? null;
    const name = `${chosen.name} ${precision.toUpperCase()}`;
    const abort = this.#switch = new AbortController();
    const cancel = { label: "Cancel", run: () => abort.abort() };
    notice.show([`${name}: getting ready…`], "note", cancel);
    changed();
    try {
      const after = await api.load(chosen.id, precision, (progress) => notice.show([`${name}: ${loadingText(progress)}`], "note", cancel), abort.signal);
      this.#choices = this.#choices.map((one) => (one.id === chosen.id ? switched(one, precision) : one));
      this.#brought = precisionChange(before, after);
      notice.show(this.#brought);
    } catch (error) {
      if (isCancelled(error)) notice.show([`${name}: cancelled. ${chosen.active === null ? "" : `${chosen.active.toUpperCase()} answers as before.`}`]);
      else failed(error);
    } finally {
      this.#switch = null;
      changed();
    }
    await this.refresh().catch(failed);
  }

  async #showMemory(): Promise<void> {
    const { process: { rss }, vram, models } = await this.#parts.api.memory();
    const { memory } = this.#parts.bar;
    memory.textContent = "Memory " + (vram === null ? formatBytes(rss) : `${formatBytes(rss)} + ${formatBytes(vram.used)} GPU`);
    const parts = models.map(({ handle, weights, kvCache, compute }) => `${handle}: weights ${formatBytes(weights)}, KV cache ${formatBytes(kvCache)}, buffers ${formatBytes(compute)}`);
    memory.title = ["Memory of the engine", ...parts].join("\n");
  }
}

/** Which files are in memory and which precision answers. The list of all models takes longer to make. */
function stateKey({ loaded, active_precision: active }: RuntimeStatus): string {
  return JSON.stringify([loaded.map(({ model, precision }) => [model, precision]), active]);
}
