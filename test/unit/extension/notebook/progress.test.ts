import assert from "node:assert/strict";
import { progressOf } from "../../../../extension/notebook/progress.ts";
import type { OutputEvent } from "../../../../kernel/jupyter/client/output-collector.ts";
import { ProgressDisplay } from "../../../../kernel/session/progress-display.ts";
import { RecordingContext } from "../../../helpers/recording-context.ts";

const shows = (text: string, displayId = "retort-progress-1"): OutputEvent => ({ type: "append", index: 0, displayId, output: { output_type: "display_data", data: { "text/plain": text }, metadata: {} } });

describe("progress of a cell", () => {
  const table: Array<[string, number | undefined]> = [
    ["12 of 40 requests, 30 s left", 0.3],
    ["smollm2-135m: downloading, 40 % of 93 MB", 0.4],
    ["40 of 40 requests", 1],
    ["0 of 0 requests", undefined],
    ["Loading smollm2-135m …", undefined],
  ];
  for (const [text, share] of table) {
    it(`reads "${text}"`, () => assert.deepEqual(progressOf(shows(text)), { text, ...(share === undefined ? {} : { share }) }));
  }

  it("takes only the kernel's own displays of progress", () => {
    assert.equal(progressOf(shows("1 of 2", "mine")), undefined);
    assert.equal(progressOf({ type: "text", index: 0, name: "stdout", text: "1 of 2" }), undefined);
    assert.equal(progressOf({ type: "clear" }), null);
  });

  it("knows the ids that the kernel gives", async () => {
    const context = new RecordingContext();
    const ids: string[] = [];
    context.display = (_data, options) => void ids.push(options?.displayId ?? "");
    const display = new ProgressDisplay(context, 0);
    display.show("1 of 2 requests");
    await new Promise((resolve) => setTimeout(resolve, 20));
    display.end();
    assert.deepEqual(progressOf(shows("1 of 2 requests", ids[0])), { text: "1 of 2 requests", share: 0.5 });
  });
});
