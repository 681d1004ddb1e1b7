import { randomBytes } from "node:crypto";
import type { ChatTool } from "../api/types.ts";
import type { PromptPart } from "../engine/engine.ts";
import { THINK_CLOSE, THINK_OPEN } from "./reasoning.ts";
import type { TemplateMessage } from "./template-protocol.ts";
import { CALL_CLOSE, CALL_OPEN } from "./tools/tool-markers.ts";

/** ggml's token types that a prompt's text can be read as: unknown, control, user-defined. */
const UNKNOWN = 2;
const CONTROL = 3;
const USER_DEFINED = 4;

/** Ordinary tokens with such a text are made control tokens by llama.cpp when it loads a vocabulary. */
const TREATED_AS_CONTROL = /^(?:<\|.+\|>|<｜.+｜>|<\/s>|_?<EOT>|\[EO[ST]\]|<end_of_(?:turn|utterance)>|<fim[-_]\w+>|▁?<(?:PRE|SUF|MID)>|<repo(?:_?name)?>|<REPO>|<file_sep>)$/;

/**
 * Texts that must not take effect inside a message: control tokens, and those user-defined ones that steer the
 * conversation (named in the template, or a thinking marker). Other user-defined tokens are mere vocabulary
 * (runs of spaces, HTML tags). `tokens` and `types` are the GGUF's `tokenizer.ggml.tokens` and `.token_type`.
 */
export function controlTokens(tokens: readonly string[], types: readonly number[], template: string | null): string[] {
  const steers = (text: string) => text === THINK_OPEN || text === THINK_CLOSE || (template?.includes(text) ?? false);
  return tokens.filter((text, id) => {
    const type = types[id];
    if (text.trim() === "") return false;
    return type === CONTROL || type === UNKNOWN || (type === USER_DEFINED && steers(text)) || TREATED_AS_CONTROL.test(text);
  });
}

/** Messages whose control-token texts are replaced by random names, and the way back. */
export interface ProtectedMessages {
  messages: TemplateMessage[];
  tools?: readonly ChatTool[];
  /** Splits rendered text at the random names: template text is special, what stood in a message is not. */
  split(text: string): PromptPart[];
}

const ASSISTANT_MARKERS = new Set([THINK_OPEN, THINK_CLOSE, CALL_OPEN, CALL_CLOSE]);

const patterns = new WeakMap<readonly string[], RegExp | null>();

/**
 * Hides control-token texts from the tokenizer. Only the texts themselves are replaced, so the template still sees
 * (and trims, and searches) the rest of each message. Without any such text the prompt is one special part.
 */
export function protectMessages(messages: readonly TemplateMessage[], tokens: readonly string[], tools?: readonly ChatTool[]): ProtectedMessages {
  const pattern = tokenPattern(tokens);
  const name = `r${randomBytes(12).toString("hex")}`;
  const hidden: string[] = [];
  const hide = (token: string) => `${name}i${hidden.push(token) - 1}e`;
  // In an assistant's message the markers of thoughts and of calls mean what they say.
  const protect = ({ role, content }: TemplateMessage): TemplateMessage => {
    if (pattern === null) return { role, content };
    const keep = (token: string) => role === "assistant" && ASSISTANT_MARKERS.has(token);
    return { role, content: content.replace(pattern, (token) => (keep(token) ? token : hide(token))) };
  };
  const safe = messages.map(protect);
  const safeTools = pattern === null || tools === undefined ? tools : eachText(tools, (text) => text.replace(pattern, hide)) as readonly ChatTool[];
  return { messages: safe, ...(safeTools === undefined ? {} : { tools: safeTools }), split: (text) => splitAt(text, new RegExp(`${name}i(\\d+)e`), hidden) };
}

/** A JSON value with its texts changed, names of fields included. */
function eachText(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === "string") return change(value);
  if (Array.isArray(value)) return value.map((item) => eachText(item, change));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [change(name), eachText(item, change)]));
}

function splitAt(text: string, marker: RegExp, hidden: readonly string[]): PromptPart[] {
  return text
    .split(marker)
    .flatMap((piece, i) => (i % 2 === 0 ? [{ text: piece, special: true }] : asText(hidden[Number(piece)] ?? "")))
    .filter((part) => part.text !== "");
}

/** A user-defined token is recognised even in plain text, so its text is cut after the first character. */
function asText(token: string): PromptPart[] {
  const [first = ""] = token;
  return [{ text: first, special: false }, { text: token.slice(first.length), special: false }];
}

function tokenPattern(tokens: readonly string[]): RegExp | null {
  const known = patterns.get(tokens);
  if (known !== undefined) return known;
  // Longest first, because the tokenizer takes the longest as well.
  const sources = [...tokens].sort((a, b) => b.length - a.length).map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const pattern = sources.length === 0 ? null : new RegExp(sources.join("|"), "g");
  patterns.set(tokens, pattern);
  return pattern;
}
