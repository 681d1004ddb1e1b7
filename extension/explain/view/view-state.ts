/** How far an explanation is. The last three are ends. */
export type Phase = "waiting" | "thinking" | "answering" | "done" | "stopped" | "failed";

/** Everything that the view shows of one explanation. Plain data: it crosses to the web view as it is. */
export interface ViewState {
  /** Counts explanations; messages about an older one are ignored. */
  id: number;
  title: string;
  /** What went into the prompt, in one line. */
  context: string;
  phase: Phase;
  thinking: string;
  answer: string;
  /** How long the model thought, in ms; null while it has not finished. */
  thinkingMs: number | null;
  /** The thinking was ended so that the model answers. */
  thinkingCut: boolean;
  /** One line of measurements, when there are any. */
  timing: string;
  /** One sentence about the end: stopped, cut, failed and why. */
  note: string;
  /** Title of the one action that helps; empty: none. */
  action: string;
  /** The document for insertions is known. */
  canInsert: boolean;
  /** It is from before a reload of the window: there to read and copy, what it was asked about is gone. */
  restored: boolean;
}

export function newState(id: number, title: string, canInsert: boolean): ViewState {
  return { id, title, context: "", phase: "waiting", thinking: "", answer: "", thinkingMs: null, thinkingCut: false, timing: "", note: "", action: "", canInsert, restored: false };
}

export function isEnd(phase: Phase): boolean {
  return phase === "done" || phase === "stopped" || phase === "failed";
}
