import type { Phase, ViewState } from "./view-state.ts";

/** From the extension to the web view. */
export type HostMessage =
  | { type: "show"; state: ViewState }
  | { type: "delta"; id: number; thinking: string; answer: string; phase: Phase; thinkingMs: number | null };

/** What a person can ask for in the view. The code of a block travels as text: the view is the one that knows the block. */
export type ViewMessage =
  | { type: "ready" | "answerNow" | "stop" | "copy" | "notebook" | "again" | "action" }
  | { type: "copyCode" | "insert" | "replace"; code: string };

const PLAIN = ["ready", "answerNow", "stop", "copy", "notebook", "again", "action"] as const;
const WITH_CODE = ["copyCode", "insert", "replace"] as const;
/** No code block of an answer is longer. */
const MOST_CODE = 1_000_000;

/**
 * A message from the web view, or null for anything else. `key` was given to this page only, so what another page or
 * script sends is told apart.
 */
export function viewMessage(value: unknown, key: string): ViewMessage | null {
  if (!isRecord(value) || value.key !== key) return null;
  const plain = PLAIN.find((type) => type === value.type);
  if (plain !== undefined) return { type: plain };
  const withCode = WITH_CODE.find((type) => type === value.type);
  if (withCode === undefined || typeof value.code !== "string" || value.code.length > MOST_CODE) return null;
  return { type: withCode, code: value.code };
}

const PHASES: readonly Phase[] = ["waiting", "thinking", "answering", "done", "stopped", "failed"];

/** A message from the extension, or null: the window's other messages are none of ours. */
export function hostMessage(value: unknown, key: string): HostMessage | null {
  if (!isRecord(value) || value.key !== key) return null;
  if (value.type === "show" && isState(value.state)) return { type: "show", state: value.state };
  if (value.type !== "delta" || typeof value.id !== "number" || typeof value.thinking !== "string" || typeof value.answer !== "string") return null;
  if (!isPhase(value.phase) || !(value.thinkingMs === null || typeof value.thinkingMs === "number")) return null;
  return { type: "delta", id: value.id, thinking: value.thinking, answer: value.answer, phase: value.phase, thinkingMs: value.thinkingMs };
}

/** Everything about one explanation, wherever it was kept. */
export function isState(value: unknown): value is ViewState {
  return isRecord(value)
    && typeof value.id === "number"
    && isPhase(value.phase)
    && (value.thinkingMs === null || typeof value.thinkingMs === "number")
    && ["canInsert", "restored", "thinkingCut"].every((name) => typeof value[name] === "boolean")
    && ["title", "context", "thinking", "answer", "timing", "note", "action"].every((name) => typeof value[name] === "string");
}

function isPhase(value: unknown): value is Phase {
  return PHASES.some((phase) => phase === value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
