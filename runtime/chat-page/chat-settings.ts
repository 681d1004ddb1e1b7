/** What a person may set for a conversation. Null: the model's own value. */
export interface ChatSettings {
  system: string;
  temperature: number | null;
  top_p: number | null;
  max_tokens: number | null;
  seed: number | null;
}

export const NO_SETTINGS: ChatSettings = { system: "", temperature: null, top_p: null, max_tokens: null, seed: null };

export type NumberKey = Exclude<keyof ChatSettings, "system">;

/** A number that can be set, with the bounds that the API has for it. */
export interface NumberField {
  key: NumberKey;
  label: string;
  help: string;
  min: number;
  max: number;
  whole: boolean;
}

export const NUMBER_FIELDS: readonly NumberField[] = [
  { key: "temperature", label: "Temperature", help: "0 always takes the likeliest token; higher varies more.", min: 0, max: 2, whole: false },
  { key: "top_p", label: "Top-p", help: "Only the likeliest tokens that together have this probability.", min: 0.01, max: 1, whole: false },
  { key: "max_tokens", label: "Most new tokens", help: "Thinking and answer together.", min: 1, max: 1_000_000, whole: true },
  { key: "seed", label: "Seed", help: "The same seed, settings and question give the same answer.", min: 0, max: 2 ** 32 - 1, whole: true },
];

/** What was typed into a field: its value (null where it is empty), or what is wrong with it. */
export function readNumber({ label, min, max, whole }: NumberField, typed: string): { value: number | null } | { problem: string } {
  const text = typed.trim();
  if (text === "") return { value: null };
  const value = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/iu.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max && (!whole || Number.isInteger(value))) return { value };
  return { problem: `${label} is ${whole ? "a whole number" : "a number"} from ${min} to ${max}.` };
}
