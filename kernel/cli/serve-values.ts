import { RetortError } from "../../runtime/errors.ts";
import { parseSettings, type RuntimeSettings, settingsFromEnv, type SettingTexts } from "../../runtime/serve.ts";
import { usageError } from "./command.ts";
import { SERVE_PARAMETERS, type ServeParameter } from "./serve-parameters.ts";

/** What the flags of the command line gave. */
export type FlagValues = Readonly<Record<string, string | boolean | ReadonlyArray<string | boolean> | undefined>>;

/** `parseArgs`'s description of all flags. */
export const SERVE_OPTIONS = Object.fromEntries(SERVE_PARAMETERS.map(({ flag, value, repeats }) => [flag, { type: value === null ? "boolean" as const : "string" as const, multiple: repeats === true }]));

/** Every value of the flags and variables: a flag wins, and an empty variable counts as none. */
export class ServeValues {
  readonly #flags: FlagValues;
  readonly #env: NodeJS.ProcessEnv;

  constructor(flags: FlagValues, env: NodeJS.ProcessEnv) {
    this.#flags = flags;
    this.#env = env;
  }

  /** The texts that were given, and under which name. */
  all(flag: string): { texts: string[]; name: string } {
    const given = this.#flags[flag];
    if (given !== undefined) return { texts: [given].flat().map(String), name: `--${flag}` };
    const { variable, repeats } = parameter(flag);
    const text = this.#env[variable] ?? "";
    if (text === "") return { texts: [], name: variable };
    return { texts: repeats === true ? text.split(",").map((part) => part.trim()).filter((part) => part !== "") : [text], name: variable };
  }

  one(flag: string): { text: string | undefined; name: string } {
    const { texts, name } = this.all(flag);
    return { text: texts.at(-1), name };
  }

  /** A whole number. Throws a usage error for anything else. */
  integer(flag: string, otherwise: number, most: number): number {
    const { text, name } = this.one(flag);
    if (text === undefined) return otherwise;
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (!(value <= most)) throw usageError(`${name} is ${JSON.stringify(text)}, not a number from 0 to ${most}.`);
    return value;
  }

  /** One of some words. Throws a usage error for anything else. */
  choice<T extends string>(flag: string, choices: readonly [T, ...T[]]): T {
    const { text, name } = this.one(flag);
    if (text === undefined) return choices[0];
    const known = choices.find((choice) => choice === text);
    if (known === undefined) throw usageError(`${name} is ${JSON.stringify(text)}, not one of ${choices.join(", ")}.`);
    return known;
  }

  /** The runtime's settings: flags over variables over the configuration file over the defaults. */
  settings(config: Readonly<Record<string, string>>): RuntimeSettings {
    const texts: SettingTexts = {};
    for (const { flag, setting } of SERVE_PARAMETERS) {
      const given = this.#flags[flag];
      if (setting !== undefined && given !== undefined) texts[setting] = { text: given === true ? "1" : String(given), name: `--${flag}` };
    }
    try {
      return { ...settingsFromEnv(this.#env, config), ...parseSettings(texts) };
    } catch (error) {
      throw error instanceof RetortError ? usageError(error.message) : error;
    }
  }
}

function parameter(flag: string): ServeParameter {
  const found = SERVE_PARAMETERS.find((one) => one.flag === flag);
  if (found === undefined) throw new Error(`--${flag} is no parameter.`);
  return found;
}
