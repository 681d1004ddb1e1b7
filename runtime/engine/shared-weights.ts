import type { LlamaModel } from "node-llama-cpp";

interface Held {
  model: Promise<LlamaModel>;
  users: number;
}

/** A model's weights in use, until `release`. */
export interface Weights {
  model: LlamaModel;
  release(): Promise<void>;
}

/** The weights of model files: in memory once, however many contexts work with them, and gone after the last. */
export class SharedWeights {
  readonly #held = new Map<string, Held>();

  /** The weights behind `key`, by `load` where nobody has them yet. */
  async take(key: string, load: () => Promise<LlamaModel>): Promise<Weights> {
    const known = this.#held.get(key);
    const held = known ?? { model: load(), users: 0 };
    if (known === undefined) this.#held.set(key, held);
    held.users++;
    try {
      const model = await held.model;
      let isReleased = false;
      return {
        model,
        release: async () => {
          if (isReleased) return;
          isReleased = true;
          await this.#release(key, held, model);
        },
      };
    } catch (error) {
      if (this.#held.get(key) === held) this.#held.delete(key);
      // The load was another's, who may only have given it up.
      if (known !== undefined) return await this.take(key, load);
      throw error;
    }
  }

  async #release(key: string, held: Held, model: LlamaModel): Promise<void> {
    if (--held.users > 0) return;
    this.#held.delete(key);
    await model.dispose();
  }
}
