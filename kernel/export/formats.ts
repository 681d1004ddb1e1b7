import type { Converted } from "./converted.ts";
import { fromDotprompt, toDotprompt } from "./dotprompt.ts";
import type { PromptFile } from "./prompt-file.ts";
import { fromPromptYml, toPromptYml } from "./prompt-yml.ts";
import { fromPrompty, toPrompty } from "./prompty.ts";

/** A file format of prompts. */
export interface PromptFormat {
  name: string;
  /** Endings of its files, the longest first. */
  endings: readonly string[];
  write(file: PromptFile): Converted<string>;
  read(text: string): Converted<PromptFile>;
}

export const PROMPT_FORMATS: readonly PromptFormat[] = [
  { name: "prompt.yml", endings: [".prompt.yml", ".prompt.yaml"], write: toPromptYml, read: fromPromptYml },
  { name: "prompty", endings: [".prompty"], write: toPrompty, read: fromPrompty },
  { name: "prompt", endings: [".prompt"], write: toDotprompt, read: fromDotprompt },
];

export const TEXT_ENDING = ".retort.md";

export function findFormat(name: string): PromptFormat | undefined {
  return PROMPT_FORMATS.find((format) => format.name === name);
}

/** The format that a file's name says. */
export function formatOfFile(path: string): PromptFormat | undefined {
  return PROMPT_FORMATS.find(({ endings }) => endings.some((ending) => path.toLowerCase().endsWith(ending)));
}
