import assert from "node:assert/strict";

import { mainModel } from "../../../../extension/models/main-model.ts";
import { shownProgress } from "../../../../extension/models/progress-text.ts";
import { otherPrecision, toggleText } from "../../../../extension/models/toggle-text.ts";
import { english } from "../../../../extension/host/translate.ts";
import { trialRun, type Trial } from "../../../../extension/models/trial-run.ts";
import { escapeMarkdown, formatBytes, formatMs, formatRate } from "../../../../extension/models/units.ts";
import type { AnyCard } from "../../../../extension/host/model-choice.ts";
import type { ChatRequest, LoadProgress } from "../../../../runtime/api/types.ts";
import type { Precision } from "../../../../runtime/models/model.ts";
import { loaded, model, offer, status } from "./facts.ts";

describe("progress", () => {
  const rows: Array<[LoadProgress, kind: string, text: string, share: number | undefined]> = [
    [{ step: "download", done: 43e6, total: 100e6, unit: "bytes" }, "downloading", "Downloading: 43.0 MB / 100 MB", 0.43],
    [{ step: "download", done: 43e6, total: null, unit: "bytes" }, "downloading", "Downloading: 43.0 MB", undefined],
    [{ step: "extract", done: 1e6, total: 2e6, unit: "bytes" }, "downloading", "Unpacking: 1.00 MB / 2.00 MB", 0.5],
    [{ step: "verify", done: 1e6, total: 1e6, unit: "bytes" }, "downloading", "Checking the file: 1.00 MB / 1.00 MB", 1],
    [{ step: "convert", done: 3, total: 30, unit: "tensors" }, "loading", "Making the file: 3 / 30", 0.1],
    [{ step: "load m@int8", done: 5, total: 4, unit: "bytes" }, "loading", "Loading: 5 B / 4 B", 1],
    [{ step: "load m@int8", done: 0, total: 0, unit: "bytes" }, "loading", "Loading: 0 B / 0 B", undefined],
    [{ step: "wait for another process", done: 0, total: null, unit: "bytes" }, "downloading", "Waiting for another program that works on this model", undefined],
  ];
  for (const [progress, kind, text, share] of rows) {
    it(text, () => assert.deepEqual(shownProgress(progress, english), { kind, text, ...(share === undefined ? {} : { share }) }));
  }
});

describe("precision toggle", () => {
  const both = model("m", [offer(), offer({ precision: "fp16", state: "make" })]);
  const trial = (precision: Precision, decodeTokS: number | null, memory: number): Trial => ({ model: "m", precision, ttftMs: 1, decodeTokS, tokens: 1, backend: "cpu", device: "d", memory });

  it("leads to the other one, INT8 first", () => {
    const rows: Array<[active: Precision | null, to: Precision]> = [["int8", "fp16"], ["fp16", "int8"], ["q4", "int8"], [null, "int8"]];
    for (const [active, to] of rows) assert.equal(otherPrecision(both, active), to);
  });

  it("leads nowhere where there is only one", () => {
    assert.equal(otherPrecision(model("m", [offer()]), "int8"), undefined);
    assert.equal(otherPrecision(model("m", [offer({ precision: "q4" })]), null), undefined);
  });

  it("says what it changed", () => {
    assert.equal(toggleText("M", trial("fp16", 10.04, 2e9), trial("int8", 21.1, 1.1e9), english), "FP16 → INT8: memory 2.00 GB → 1.10 GB, 10.0 tok/s → 21.1 tok/s.");
    assert.equal(toggleText("M", trial("fp16", null, 2e9), trial("int8", 21.1, 1.1e9), english), "FP16 → INT8: memory 2.00 GB → 1.10 GB, – → 21.1 tok/s.");
    assert.equal(toggleText("M", null, trial("int8", 21.1, 1.1e9), english), "M answers in INT8 now: 1.10 GB of memory, 21.1 tok/s.");
  });
});

describe("trial run", () => {
  it("generates a fixed number of tokens, uncached, and adds up the model's memory", async () => {
    const asked: ChatRequest[] = [];
    const trial = await trialRun({
      chat: (request) => {
        asked.push(request);
        return Promise.resolve({ provenance: { model: "m", backend: "cpu", device: "A CPU" }, timings: { ttft_ms: 12, decode_tok_s: 34, predicted_tokens: 48 } } as never);
      },
      status: () => Promise.resolve(status({ loaded: [loaded("m", { precision: "fp16" }), loaded("m")] })),
    }, "m", "int8");
    assert.deepEqual(trial, { model: "m", precision: "int8", ttftMs: 12, decodeTokS: 34, tokens: 48, backend: "cpu", device: "A CPU", memory: 1.11e9 });
    assert.deepEqual([asked[0]?.temperature, asked[0]?.cache_prompt, asked[0]?.ignore_eos, asked[0]?.precision], [0, false, true, "int8"]);
  });
});

describe("the model that the status bar is about", () => {
  const card = (id: string, active: Precision | null = null, capabilities = ["chat"]): AnyCard => ({
    id, object: "model", created: 0, owned_by: "x",
    retort: { capabilities, context: 1, active_precision: active, precisions: [{ precision: "int8", quant: "Q8_0", bytes: 1, loaded: false, installed: true }] },
  });

  it("is the chosen one, else the last one used, else the first that can chat", () => {
    const cards = [card("embedder", null, ["embeddings"]), card("a"), card("b", "fp16")];
    assert.equal(mainModel(cards, status({ loaded: [loaded("b")] }), "a")?.id, "a");
    assert.deepEqual(mainModel(cards, status({ loaded: [loaded("a"), loaded("b")] }), ""), { id: "b", name: "b", precision: "fp16" });
    assert.equal(mainModel(cards, null, "")?.id, "a");
    assert.equal(mainModel([], null, ""), null);
    assert.equal(mainModel(cards, null, "gone"), null);
  });

  it("a server elsewhere tells no precision", () => {
    assert.deepEqual(mainModel([{ id: "served", object: "model", created: 0, owned_by: "x" }], null, ""), { id: "served", name: "served", precision: null });
  });
});

describe("units", () => {
  it("three figures, and a dash for what is not known", () => {
    assert.deepEqual([0, 999, 98_362_432, 1.5e9, 2e13, null].map(formatBytes), ["0 B", "999 B", "98.4 MB", "1.50 GB", "20.0 TB", "–"]);
    assert.deepEqual([3.14159, 123.4, 999.4, 1823.6, 0, null].map(formatRate), ["3.14 tok/s", "123 tok/s", "999 tok/s", "1,824 tok/s", "0.00 tok/s", "–"]);
    assert.deepEqual([0.123, 9.94, 1234.5, null].map(formatMs), ["0.12 ms", "9.9 ms", "1235 ms", "–"]);
  });

  it("Markdown in a name stays text", () => {
    assert.equal(escapeMarkdown("a[b](c) $(x)\n| `d`"), "a\\[b\\]\\(c\\) \\$\\(x\\) \\| \\`d\\`");
  });
});
