import { isClosingRest } from "./closing-rest.ts";
import { type DocumentView, lineAbove, restOfLine, typedPart } from "./document-view.ts";
import { syntaxOf } from "./language-syntax.ts";

export type Multiline = "auto" | "always" | "never";

/** How much of an answer is wanted at once. */
export interface Shape {
  kind: "line" | "block";
  /** Lines shown at most. */
  maxLines: number;
  maxTokens: number;
  /** Lines after which decoding ends. */
  decodeLines: number;
}

/** Lines decoded beyond what is shown, ready for when it is accepted. */
const FOLLOW_UP_LINES = 2;
const LINE_TOKENS = 64;
const TOKENS_PER_LINE = 16;
const MOST_TOKENS = 384;

export const LINE: Shape = { kind: "line", maxLines: 1, maxTokens: LINE_TOKENS, decodeLines: 1 };

/** Goes on behind what is shown: for a person who usually takes what is suggested. */
export function withFollowUp(shape: Shape): Shape {
  return shape.kind === "line" ? { ...shape, decodeLines: shape.decodeLines + FOLLOW_UP_LINES } : shape;
}

/** One line in mid-thought, a block where one begins. */
export function shapeFor(view: DocumentView, multiline: Multiline, maxLines: number): Shape {
  const single = multiline === "never" || maxLines === 1 || !isClosingRest(restOfLine(view));
  if (single || (multiline === "auto" && !beginsBlock(view))) return LINE;
  return { kind: "block", maxLines, maxTokens: Math.min(MOST_TOKENS, maxLines * TOKENS_PER_LINE), decodeLines: maxLines + 1 };
}

function beginsBlock(view: DocumentView): boolean {
  const typed = typedPart(view);
  if (typed.trim() !== "") return opensBlock(typed);
  const above = lineAbove(view);
  return above !== undefined && (opensBlock(above) || describes(above, view.languageId));
}

/** True for a line after which an indented one is to come. */
export function opensBlock(line: string): boolean {
  return /([{([:]|=>|->|\b(then|do|else|begin)|<[a-zA-Z][^<>/]*>)\s*$/.test(line);
}

/** A comment on a line of its own says what comes next. */
function describes(line: string, languageId: string): boolean {
  const { line: marks, block } = syntaxOf(languageId);
  const text = line.trim();
  return marks.some((mark) => text.startsWith(mark)) || block.some(([, close]) => text.endsWith(close));
}
