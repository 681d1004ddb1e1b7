import type { Labels } from "../labels.ts";
import { hostMessage, type HostMessage, type ViewMessage } from "../protocol.ts";
import { kept } from "../kept-state.ts";
import { AnswerView } from "./answer-view.ts";

declare function acquireVsCodeApi(): { postMessage(message: unknown): void; setState(state: unknown): void };

const KEEP_AFTER_MS = 500;

const key = document.body.dataset.key ?? "";
const labels = JSON.parse(document.body.dataset.labels ?? "{}") as Labels;
const api = acquireVsCodeApi();
const root = document.getElementById("view");
if (root === null) throw new Error("The page has no place for the view.");

const view = new AnswerView(root, labels, (message: ViewMessage) => api.postMessage({ ...message, key }));
let waiting: HostMessage[] = [];
let keeping: ReturnType<typeof setTimeout> | undefined;

/** Everything that came within one frame is drawn once. */
function draw(): void {
  const messages = waiting;
  waiting = [];
  for (const message of messages) view.take(message);
  view.draw();
  keep();
}

/** Keeps the text for a reload of the window. Not with every frame: VS Code copies it across processes. */
function keep(): void {
  keeping ??= setTimeout(() => {
    keeping = undefined;
    api.setState(kept(view.state));
  }, KEEP_AFTER_MS);
}

window.addEventListener("message", (event: MessageEvent<unknown>) => {
  const message = hostMessage(event.data, key);
  if (message === null) return;
  if (waiting.length === 0) requestAnimationFrame(draw);
  waiting.push(message);
});

api.postMessage({ type: "ready", key });
