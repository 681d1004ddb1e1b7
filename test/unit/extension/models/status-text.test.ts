import assert from "node:assert/strict";

import { type StatusFacts, statusView } from "../../../../extension/models/status-text.ts";
import { english } from "../../../../extension/host/translate.ts";
import { loaded, status } from "./facts.ts";

const MODEL = { id: "smollm2-135m", name: "smollm2-135m", precision: "int8" as const };
const MEMORY = { models: [], process: { rss: 300e6, rssAnon: null, swap: null }, vram: { used: 2e9, total: 8e9 } };
const FALLBACK = { from: "cuda" as const, to: "cpu" as const, reason: "The GPU was lost." };
const facts = (over: Partial<StatusFacts> = {}): StatusFacts => ({ connection: "connected", remote: null, status: status(), memory: null, model: MODEL, activities: [], ...over });

describe("status bar", () => {
  const rows: Array<[title: string, over: Partial<StatusFacts>, state: string, text: string, severity?: string]> = [
    ["nothing runs", { connection: "idle", status: null, model: null }, "idle", "$(beaker) Retort"],
    ["nothing runs, but a model is chosen", { connection: "idle", status: null }, "idle", "$(beaker) smollm2-135m INT8"],
    ["starting", { connection: "starting", status: null }, "starting", "$(sync~spin) Retort: starting"],
    ["downloading", { activities: [{ kind: "downloading", text: "x", share: 0.439 }] }, "downloading", "$(cloud-download) Retort 43 %"],
    ["downloading, of unknown size", { activities: [{ kind: "downloading", text: "x" }] }, "downloading", "$(cloud-download) Retort: downloading"],
    ["the runtime loads", { status: status({ loading: [{ model: "m", precision: "int8", share: 0.5 }] }) }, "loading", "$(sync~spin) Retort 50 %"],
    ["ready", {}, "ready", "$(beaker) smollm2-135m INT8"],
    ["ready, in no precision yet", { model: { ...MODEL, precision: null } }, "ready", "$(beaker) smollm2-135m"],
    ["busy", { status: status({ active: 1 }) }, "busy", "$(loading~spin) smollm2-135m INT8"],
    ["a part is busy", { activities: [{ kind: "busy", text: "cell 1 runs" }] }, "busy", "$(loading~spin) smollm2-135m INT8"],
    ["snoozed", { activities: [{ kind: "snoozed", text: "until noon" }] }, "snoozed", "$(bell-slash) smollm2-135m INT8"],
    ["paused", { activities: [{ kind: "paused", text: "battery" }] }, "paused", "$(debug-pause) smollm2-135m INT8"],
    ["degraded", { status: status({ fallback: FALLBACK }) }, "degraded", "$(warning) smollm2-135m INT8 (CPU)", "warning"],
    ["degraded and loading", { status: status({ fallback: FALLBACK, loading: [{ model: "m", precision: "int8", share: 0 }] }) }, "loading", "$(sync~spin) Retort 0 %", "warning"],
    ["no connection", { connection: "failed", status: null }, "error", "$(error) Retort: error", "error"],
    ["an error before all else", { activities: [{ kind: "busy", text: "" }, { kind: "error", text: "boom" }] }, "error", "$(error) Retort: error", "error"],
    ["a note is no state", { activities: [{ kind: "note", text: "continuation only" }] }, "ready", "$(beaker) smollm2-135m INT8"],
  ];
  for (const [title, over, state, text, severity = "none"] of rows) {
    it(title, () => {
      const view = statusView(facts(over), english);
      assert.deepEqual([view.state, view.text, view.severity], [state, text, severity]);
      assert.ok(!view.label.includes("$("), "a screen reader reads no icons");
    });
  }

  it("a click toggles, chooses a model where nothing can be toggled, and shows the log of an error", () => {
    const command = (over: Partial<StatusFacts>): string => statusView(facts(over), english).command;
    assert.equal(command({}), "retort.togglePrecision");
    assert.equal(command({ model: null }), "retort.chooseModel");
    assert.equal(command({ connection: "idle" }), "retort.chooseModel");
    assert.equal(command({ remote: "http://gpu:8000" }), "retort.chooseModel");
    assert.equal(command({ connection: "failed" }), "retort.showLog");
  });

  it("the tooltip has memory, models, notes and links", () => {
    const { tooltip } = statusView(facts({ memory: MEMORY, status: status({ loaded: [loaded("smollm2-135m")] }), activities: [{ kind: "note", text: "continuation only" }] }), english);
    assert.match(tooltip, /RAM 300 MB · VRAM 2\.00 GB \/ 8\.00 GB/);
    assert.match(tooltip, /In memory: smollm2\\-135m INT8 \(A CPU\)/);
    assert.match(tooltip, /continuation only/);
    for (const name of ["togglePrecision", "chooseModel", "showMemory", "checkMachine", "showLog"]) assert.match(tooltip, new RegExp(`\\(command:retort\\.${name}\\)`));
  });

  it("a server elsewhere has no precision to toggle and no memory to show", () => {
    const { tooltip } = statusView(facts({ remote: "http://gpu:8000", status: null }), english);
    assert.ok(!tooltip.includes("togglePrecision") && !tooltip.includes("showMemory"));
    assert.match(tooltip, /http:\/\/gpu:8000/);
  });

  it("fault 74: a model's name is text, not a link", () => {
    const id = "[run](command:evil) <b>";
    const { tooltip } = statusView(facts({ model: { id, name: id, precision: null } }), english);
    assert.ok(!/(?<!\\)\]\(command:evil/.test(tooltip) && !/(?<!\\)<b>/.test(tooltip), tooltip);
  });

  it("says why it is on the CPU", () => {
    assert.match(statusView(facts({ status: status({ fallback: FALLBACK }) }), english).tooltip, /The GPU was lost/);
  });
});
