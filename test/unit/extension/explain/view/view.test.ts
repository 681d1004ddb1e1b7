import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";

import { parseCell } from "../../../../../kernel/cells/parse.ts";
import { renderTemplate } from "../../../../../kernel/cells/template.ts";
import { Explanation } from "../../../../../extension/explain/view/explanation.ts";
import { labelsOf } from "../../../../../extension/explain/view/labels.ts";
import { cellSource } from "../../../../../extension/explain/view/notebook-cell.ts";
import { page } from "../../../../../extension/explain/view/page.ts";
import { hostMessage, viewMessage, type HostMessage } from "../../../../../extension/explain/view/protocol.ts";
import { newState } from "../../../../../extension/explain/view/view-state.ts";
import { english } from "../../../../../extension/host/translate.ts";

const KEY = "k";

describe("viewMessage", () => {
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

describe("hostMessage", () => {
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

describe("page", () => {
  const made = page({ cspSource: "https://csp.example", script: "s.js", style: "s.css", nonce: "N", key: "K", locale: "en\"><script>", labels: { ...labelsOf(english), stop: "\"><script>alert(1)</script>" } });
  it("runs only its own script and fetches nothing", () => {
    const csp = /Content-Security-Policy" content="([^"]*)"/.exec(made)?.[1] ?? "";
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
