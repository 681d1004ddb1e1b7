import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";

import { parseCell } from "../../../../../kernel/cells/parse.ts";
import { renderTemplate } from "../../../../../kernel/cells/template.ts";
import { Explanation } from "../../../../../extension/explain/view/explanation.ts";
import { kept, revived } from "../../../../../extension/explain/view/kept-state.ts";
import { labelsOf } from "../../../../../extension/explain/view/labels.ts";
import { cellSource } from "../../../../../extension/explain/view/notebook-cell.ts";
import { page } from "../../../../../extension/explain/view/page.ts";
import { hostMessage, viewMessage, type HostMessage } from "../../../../../extension/explain/view/protocol.ts";
import { newState } from "../../../../../extension/explain/view/view-state.ts";
import { english } from "../../../../../extension/host/translate.ts";

const KEY = "k";

describe("fault 72: viewMessage", () => {
  for (const [value, expected] of [
    [{ key: KEY, type: "stop" }, { type: "stop" }],
    [{ key: KEY, type: "stop", code: "x", extra: 1 }, { type: "stop" }],
    [{ key: KEY, type: "insert", code: "x" }, { type: "insert", code: "x" }],
    [{ key: KEY, type: "insert" }, null],
    [{ key: KEY, type: "insert", code: 7 }, null],
    [{ key: KEY, type: "replace", code: "x".repeat(1_000_001) }, null],
    [{ key: "other", type: "stop" }, null],
    [{ type: "stop" }, null],
    [{ key: KEY, type: "constructor" }, null],
    [{ key: KEY, type: "openExternal", uri: "https://x.example" }, null],
    [null, null], ["stop", null], [[], null], [undefined, null], [7, null],
  ] as const) {
    it(`takes ${JSON.stringify(value)?.slice(0, 60) ?? "undefined"} as ${JSON.stringify(expected)}`, () => assert.deepEqual(viewMessage(value, KEY), expected));
  }
});

describe("fault 72: hostMessage", () => {
  const state = newState(1, "t", true);
  it("takes what the extension sends", () => {
    assert.deepEqual(hostMessage({ key: KEY, type: "show", state }, KEY), { type: "show", state });
    const delta = { type: "delta", id: 1, thinking: "", answer: "x", phase: "answering", thinkingMs: null };
    assert.deepEqual(hostMessage({ key: KEY, ...delta }, KEY), delta);
  });
  for (const value of [
    { type: "show", state }, { key: "other", type: "show", state }, { key: KEY, type: "show", state: { ...state, answer: 7 } }, { key: KEY, type: "show", state: null },
    { key: KEY, type: "show", state: { ...state, phase: "hacked" } }, { key: KEY, type: "delta", id: "1" }, { vscodeScheduleAsyncUpdate: true }, "x", null,
  ]) it(`ignores ${JSON.stringify(value).slice(0, 60)}`, () => assert.equal(hostMessage(value, KEY), null));
});

describe("Explanation", () => {
  const make = (): { explanation: Explanation; sent: HostMessage[]; clock: { now: number } } => {
    const sent: HostMessage[] = [];
    const clock = { now: 1000 };
    return { explanation: new Explanation(1, "Title", false, (message) => sent.push(structuredClone(message)), () => clock.now), sent, clock };
  };

  it("folds thinking with the time that it took", () => {
    const { explanation, clock } = make();
    explanation.delta({ kind: "thinking", text: "hm" });
    assert.deepEqual([explanation.state.phase, explanation.state.thinkingMs], ["thinking", null]);
    clock.now += 3200;
    explanation.delta({ kind: "answer", text: "So." });
    clock.now += 1000;
    explanation.delta({ kind: "answer", text: " Yes." });
    explanation.done("fast");
    assert.deepEqual(explanation.state, { ...newState(1, "Title", false), phase: "done", thinking: "hm", thinkingMs: 3200, answer: "So. Yes.", timing: "fast" });
  });

  it("tells that the thinking was cut, and how long it was until then", () => {
    const { explanation, sent, clock } = make();
    explanation.delta({ kind: "thinking", text: "hm" });
    clock.now += 800;
    explanation.cutThinking();
    const shown = sent.at(-1);
    assert.ok(shown?.type === "show");
    assert.deepEqual([shown.state.phase, shown.state.thinkingCut, shown.state.thinkingMs], ["waiting", true, 800]);
    clock.now += 5000;
    explanation.delta({ kind: "answer", text: "So." });
    explanation.done("");
    assert.deepEqual([explanation.state.thinkingMs, explanation.state.thinking, explanation.state.answer], [800, "hm", "So."]);
  });

  it("tells how long it thought when it was stopped while thinking", () => {
    const { explanation, clock } = make();
    explanation.delta({ kind: "thinking", text: "hm" });
    clock.now += 500;
    explanation.stopped("Stopped.");
    assert.equal(explanation.state.thinkingMs, 500);
  });

  it("sends the first text at once and the rest of a frame together", async () => {
    const { explanation, sent } = make();
    for (const text of ["a", "b", "c"]) explanation.delta({ kind: "answer", text });
    assert.deepEqual(deltas(sent), ["a"]);
    await sleep(60);
    assert.deepEqual(deltas(sent), ["a", "bc"]);
    explanation.done("");
  });

  it("loses no text at the end, and takes none after it", () => {
    const { explanation, sent } = make();
    explanation.delta({ kind: "answer", text: "a" });
    explanation.delta({ kind: "answer", text: "b" });
    explanation.failed("broken", "Show Log");
    explanation.delta({ kind: "answer", text: "c" });
    explanation.stopped("late");
    assert.deepEqual(deltas(sent), ["a", "b"]);
    const last = sent.at(-1);
    assert.ok(last?.type === "show");
    assert.deepEqual([last.state.phase, last.state.answer, last.state.note, last.state.action], ["failed", "ab", "broken", "Show Log"]);
  });

  it("stops growing", () => {
    const { explanation } = make();
    explanation.delta({ kind: "answer", text: "x".repeat(2_000_001) });
    explanation.delta({ kind: "answer", text: "y" });
    assert.equal(explanation.full, true);
    assert.equal(explanation.state.answer.length, 2_000_001);
    explanation.done("");
  });

  const deltas = (sent: readonly HostMessage[]): string[] => sent.flatMap((message) => (message.type === "delta" ? [message.answer] : []));
});

describe("what is kept over a reload", () => {
  const state = { ...newState(7, "Title", true), phase: "done" as const, answer: "So.", thinking: "hm", timing: "fast" };
  it("comes back as text that can be read, with nothing to run", () => {
    assert.deepEqual(revived(JSON.parse(JSON.stringify(kept(state))), "cut"), { ...state, canInsert: false, restored: true });
    assert.deepEqual(revived({ ...state, phase: "failed", action: "Show Log" }, "cut")?.action, "");
  });
  for (const phase of ["waiting", "thinking", "answering"] as const) {
    it(`says that an answer was ${phase} when the window went`, () => {
      const back = revived({ ...state, phase }, "The window was reloaded.");
      assert.deepEqual([back?.phase, back?.note, back?.answer], ["stopped", "The window was reloaded.", "So."]);
    });
  }
  it("keeps no megabytes", () => {
    const large = kept({ ...state, answer: "x".repeat(2_000_000), thinking: "y".repeat(2_000_000) });
    assert.deepEqual([large.answer.length, large.thinking.length], [200_000, 20_000]);
  });
  for (const value of [undefined, null, "x", {}, { ...state, phase: "hacked" }, { ...state, restored: undefined }]) it(`takes ${JSON.stringify(value)?.slice(0, 40) ?? "nothing"} for nothing`, () => assert.equal(revived(value, ""), null));
});

describe("page", () => {
  const made = page({ cspSource: "https://csp.example", script: "s.js", style: "s.css", nonce: "N", key: "K", locale: "en\"><script>", labels: { ...labelsOf(english), stop: "\"><script>alert(1)</script>" } });
  it("runs only its own script and fetches nothing", () => {
    const csp = /Content-Security-Policy" content="([^"]*)"/.exec(made)?.[1]?.replaceAll("&#39;", "'") ?? "";
    assert.deepEqual(csp.split("; "), ["default-src 'none'", "style-src https://csp.example", "script-src 'nonce-N'", "base-uri 'none'", "form-action 'none'"]);
    assert.equal(made.match(/<script/g)?.length, 1);
  });
});

describe("cellSource", () => {
  for (const text of ["Explain:\n\nx = 1", "a {{ b }} and {% if %} and {%- raw -%} {{ '}}' }}", "user:\nassistant:\n\\system:\nsystem: inline", "---\nx\n---", "%%js\n1", "# comment", "```\n{{{x}}}\n```"]) {
    it(`keeps ${JSON.stringify(text)}`, () => {
      const parsed = parseCell(cellSource({ model: "smollm2-135m", precision: "int8", max_tokens: 64, messages: [{ role: "user", content: text }] }));
      assert.deepEqual(parsed.diagnostics, []);
      assert.ok(parsed.cell.kind === "prompt");
      assert.deepEqual(parsed.cell.messages.map(({ role }) => role), ["user"]);
      assert.equal(renderTemplate(parsed.cell.messages[0]?.template ?? "", {}), text);
    });
  }

  it("keeps the roles", () => {
    const parsed = parseCell(cellSource({ model: "m", messages: [{ role: "system", content: "Be short." }, { role: "user", content: "Hi" }] }));
    assert.ok(parsed.cell.kind === "prompt");
    assert.deepEqual(parsed.cell.messages.map(({ role }) => role), ["system", "user"]);
  });

});
