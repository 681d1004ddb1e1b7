import { type ChatSettings, NO_SETTINGS } from "./chat-settings.ts";
import type { ReplyMeasures } from "./reply-measures.ts";

/** What a person wrote. */
export interface UserTurn {
  role: "user";
  id: string;
  /** The turn that it follows; null for the first one. */
  parent: string | null;
  text: string;
}

/** What the model made of it, complete or not. */
export interface ReplyTurn {
  role: "assistant";
  id: string;
  parent: string;
  text: string;
  thinking: string;
  /** How long the model thought, in ms; null while it thinks, and where it did not. */
  thinkingMs: number | null;
  state: "running" | "done" | "stopped" | "failed";
  /** `length`: the token limit ended it. */
  finish: "stop" | "length" | null;
  measures: ReplyMeasures | null;
  problem: Problem | null;
}

export type Turn = UserTurn | ReplyTurn;

/** Why there is no answer, and what to do. */
export interface Problem {
  message: string;
  hint: string;
}

/**
 * A conversation is a tree: an edited question and another answer stand beside the earlier ones, and all stay readable.
 * `leaf` is the end of the path that is shown.
 */
export interface Conversation {
  id: string;
  title: string;
  /** The title is the person's own. */
  named: boolean;
  /** Unix time in ms. */
  changedAt: number;
  settings: ChatSettings;
  turns: readonly Turn[];
  leaf: string | null;
}

const MOST_TITLE = 60;

export function newConversation(id: string, now: number): Conversation {
  return { id, title: "New conversation", named: false, changedAt: now, settings: NO_SETTINGS, turns: [], leaf: null };
}

/** The turns that are shown, first to last. */
export function shownTurns({ turns, leaf }: Conversation): Turn[] {
  const byId = new Map(turns.map((turn) => [turn.id, turn]));
  const path: Turn[] = [];
  for (let turn = byId.get(leaf ?? ""); turn !== undefined; turn = byId.get(turn.parent ?? "")) path.unshift(turn);
  return path;
}

/** Adds a turn and shows it. The first question becomes the title. */
export function withTurn(conversation: Conversation, turn: Turn, now: number): Conversation {
  const titled = conversation.turns.length === 0 && !conversation.named && turn.role === "user";
  return { ...conversation, ...(titled ? { title: titleFrom(turn.text) } : {}), turns: [...conversation.turns, turn], leaf: turn.id, changedAt: now };
}

/** The conversation with some fields of a reply changed. */
export function withReply(conversation: Conversation, id: string, change: Partial<ReplyTurn>): Conversation {
  return { ...conversation, turns: conversation.turns.map((turn) => (turn.id === id && turn.role === "assistant" ? { ...turn, ...change } : turn)) };
}

/** The turns that could stand in a turn's place, itself among them, in the order in which they were made. */
export function versionsOf({ turns }: Conversation, id: string): Turn[] {
  const turn = turns.find((one) => one.id === id);
  return turn === undefined ? [] : turns.filter(({ parent }) => parent === turn.parent);
}

/** Shows another version of a turn, `step` places on, and the latest of what followed it. */
export function withVersion(conversation: Conversation, id: string, step: number): Conversation {
  const versions = versionsOf(conversation, id);
  const chosen = versions[versions.findIndex((turn) => turn.id === id) + step];
  if (chosen === undefined) return conversation;
  let leaf = chosen;
  for (let next: Turn | undefined = chosen; next !== undefined; next = conversation.turns.findLast(({ parent }) => parent === leaf.id)) leaf = next;
  return { ...conversation, leaf: leaf.id };
}

export function renamed(conversation: Conversation, title: string): Conversation {
  const shown = title.trim().slice(0, 2 * MOST_TITLE);
  return shown === "" ? conversation : { ...conversation, title: shown, named: true };
}

/** A reply that was being written when the page went away will not go on. */
export function revived(conversation: Conversation): Conversation {
  return { ...conversation, turns: conversation.turns.map((turn) => (turn.role === "assistant" && turn.state === "running" ? { ...turn, state: "stopped" as const } : turn)) };
}

function titleFrom(text: string): string {
  const line = text.trim().replace(/\s+/gu, " ");
  if (line.length <= MOST_TITLE) return line;
  const cut = line.slice(0, MOST_TITLE);
  return `${cut.slice(0, cut.lastIndexOf(" ") > MOST_TITLE / 2 ? cut.lastIndexOf(" ") : MOST_TITLE)}…`;
}
