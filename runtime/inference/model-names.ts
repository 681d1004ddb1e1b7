import { RetortError } from "../errors.ts";
import type { ModelEntry } from "../models/model.ts";
import { unknownModel } from "./model-errors.ts";
import type { ModelFiles } from "./ports.ts";

/** Stands for the model that this runtime was started with, else the one used last, else the small demonstration model. */
export const DEFAULT_MODEL = "default";

const DEMONSTRATION_MODEL = "smollm2-135m";

export interface ModelNamesOptions {
  files: Pick<ModelFiles, "entries" | "find">;
  /** Other names for models, beside the catalogue's own. */
  aliases: Readonly<Record<string, string>>;
  /** Models named when the runtime was started, the first of them the default. */
  named: readonly string[];
  /** Reads the user's own list of files: name to `file:` id. None by default. */
  readOwn?: () => Promise<Readonly<Record<string, string>>>;
}

/** What a model's name in a request stands for. */
export class ModelNames {
  readonly #options: ModelNamesOptions;
  #own: Readonly<Record<string, string>> = {};

  constructor(options: ModelNamesOptions) {
    this.#options = options;
  }

  get aliases(): Readonly<Record<string, string>> {
    return { ...this.#own, ...this.#options.aliases };
  }

  /** Looks again at what the user has put on the list of own files. */
  async refresh(): Promise<void> {
    this.#own = (await this.#options.readOwn?.()) ?? {};
  }

  /**
   * Throws `model_not_found` naming the known ones, `further` among them, and `field_refused` for a file that only the
   * command line may name.
   */
  find(name: string, lastUsed: () => string | undefined, further: readonly string[] = []): ModelEntry {
    const { files, named } = this.#options;
    const aliases = this.aliases;
    if (name === DEFAULT_MODEL && !Object.hasOwn(aliases, name)) return this.find(named[0] ?? lastUsed() ?? DEMONSTRATION_MODEL, () => undefined, further);
    const target = Object.hasOwn(aliases, name) ? aliases[name] ?? name : name;
    if (/^file:/i.test(target) && ![...named, ...Object.values(aliases), lastUsed()].includes(target)) throw fileRefused();
    const entry = files.find(target);
    if (entry === undefined) throw unknownModel(name, [...further, ...Object.keys(aliases), ...files.entries().map(({ id }) => id)]);
    return entry;
  }
}

function fileRefused(): RetortError {
  return new RetortError({
    code: "field_refused",
    message: "A request may not name a file.",
    hint: "Start the server with `--model file:/path.gguf`, or with an alias for it.",
    status: 400,
    param: "model",
  });
}
