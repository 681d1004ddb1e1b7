import type { ContextPart } from "../context/context-part.ts";
import type { Prompt } from "../prompts/prompt.ts";

/** One thing to explain. */
export interface Job {
  /** What the view is headed with: `Explain selection · parse.py`. */
  title: string;
  prompt: Prompt;
  parts: readonly ContextPart[];
  /** Name of the file without folders, and its language as people write it; both may be empty. */
  file: string;
  language: string;
  /** Document into which code can be inserted, as a URI; null: none. */
  target: string | null;
}
