/** What a piece of context is; also its place in the ranking of `context-budget.ts`. */
export type PartKind = "subject" | "diagnostics" | "function" | "signature" | "imports" | "outline";

/** One piece of context that may go into a prompt. */
export interface ContextPart {
  kind: PartKind;
  /** What the user and the model call it: `selection`, `function parse`, `signature of load`. */
  label: string;
  text: string;
  /** VS Code's language id for the code fence; empty for plain text. */
  language: string;
  /** Which side may go when there is no room for all of it; `none`: all or nothing. */
  trim: "end" | "start" | "middle" | "none";
}

/** A part with its length in tokens. */
export interface CountedPart extends ContextPart {
  tokens: number;
}
