import type { Labels } from "../labels.ts";
import { hostMessage, type HostMessage, type ViewMessage } from "../protocol.ts";
import { AnswerView } from "./answer-view.ts";

declare function acquireVsCodeApi(): { postMessage(message: unknown): void };

const key = document.body.dataset.key ?? "";
const labels = JSON.parse(document.body.dataset.labels ?? "{}") as Labels;
const api = acquireVsCodeApi();
const root = document.getElementById("view");
if (root === null) throw new Error("The page has no place for the view.");

const view = new AnswerView(root, labels, (message: ViewMessage) => api.postMessage({ ...message, key }));
let waiting: HostMessage[] = [];

/** Everything that came within one frame is drawn once. */
function draw(): void {
  const messages = waiting;
  waiting = [];
  for (const message of messages) view.take(message);
  view.draw();
}

window.addEventListener("message", (event: MessageEvent<unknown>) => {
  const message = hostMessage(event.data, key);
  if (message === null) return;
  if (waiting.length === 0) requestAnimationFrame(draw);
  waiting.push(message);
});

api.postMessage({ type: "ready", key });
