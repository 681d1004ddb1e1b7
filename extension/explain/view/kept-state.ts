import { isState } from "./protocol.ts";
import { isEnd, type ViewState } from "./view-state.ts";

/** What VS Code keeps for a view in its own database is not meant for megabytes. */
const MOST_ANSWER = 200_000;
const MOST_THINKING = 20_000;

/** A state as the web view hands it to VS Code. */
export function kept(state: ViewState): ViewState {
  return { ...state, answer: state.answer.slice(0, MOST_ANSWER), thinking: state.thinking.slice(-MOST_THINKING) };
}

/** What was kept, as it can be shown after a reload: nothing runs and nothing can be asked again. Null when it is not ours or of another version. */
export function revived(value: unknown, interrupted: string): ViewState | null {
  if (!isState(value)) return null;
  const ended = isEnd(value.phase);
  return { ...kept(value), ...(ended ? {} : { phase: "stopped", note: interrupted }), action: "", canInsert: false, restored: true };
}
