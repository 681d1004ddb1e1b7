import assert from "node:assert/strict";

import { fitText, modelRows, precisionRows, stateText } from "../../../../extension/models/offer-items.ts";
import { english } from "../../../../extension/host/translate.ts";
import type { PrecisionOffer } from "../../../../runtime/api/types.ts";
import { model, offer, offers } from "./facts.ts";

describe("model picker", () => {
  const missing = (over: Partial<PrecisionOffer> = {}): PrecisionOffer => offer({ state: "download", removable: false, download_bytes: 1e9, ...over });

  it("lists what is here before what is not, with automatic first and own files last", () => {
    const rows = modelRows(offers(model("far", [missing()]), model("near", [offer(), missing({ precision: "fp16" })])), "near", english);
    assert.deepEqual(rows.map(({ label }) => label), ["Automatic", "On this machine", "$(check) NEAR", "To download", "FAR", "", "$(file-add) Use a GGUF file of your own …"]);
    assert.equal(rows[2]?.description, "INT8 1.00 GB", "only what is here");
    assert.equal(rows[2]?.detail, "chat · MIT · fits into memory — Described.");
  });

  it("shows that nothing was chosen", () => {
    assert.equal(modelRows(offers(), "", english)[0]?.label, "$(check) Automatic");
  });

  it("says what a model can do and how its best precision fits", () => {
    const rows = modelRows(offers(model("m", [missing({ fit: "too-big" }), missing({ precision: "q4", fit: "tight" })], { capabilities: ["chat", "fim", "new"], licence: "unknown" })), "", english);
    assert.equal(rows[2]?.detail, "chat, code completion, new · memory is tight now — Described.");
  });

  const states: Array<[Partial<PrecisionOffer>, string]> = [
    [{ state: "installed", loaded: true }, "in memory"],
    [{ state: "installed" }, "on this machine"],
    [{ state: "make", from: "F16" }, "made here from F16, no download"],
    [{ state: "download", download_bytes: 98_362_432 }, "download 98.4 MB"],
    [{ state: "download", download_bytes: null }, "download –"],
    [{ state: "download", download_bytes: 200, partial_bytes: 87 }, "goes on with the download at 43 %"],
    [{ state: "download", download_bytes: 200, partial_bytes: 200 }, "goes on with the download at 99 %"],
  ];
  for (const [over, text] of states) it(text, () => assert.equal(stateText(offer(over), english), text));

  it("tells the fit, and nothing where it is not known", () => {
    assert.deepEqual((["fits", "tight", "too-big", null] as const).map((fit) => fitText(fit, english)), ["fits into memory", "memory is tight now", "too big for this machine", ""]);
  });

  it("offers to delete only what Retort brought or made", () => {
    const rows = precisionRows(model("m", [offer(), offer({ precision: "q4", removable: false, from: "ollama:m" }), missing({ precision: "fp16" })]), english);
    assert.deepEqual(rows.map(({ choice }) => choice), [
      { kind: "use", model: "m", precision: "int8" }, { kind: "use", model: "m", precision: "q4" }, { kind: "use", model: "m", precision: "fp16" }, undefined,
      { kind: "delete", model: "m", precision: "int8" },
    ]);
    assert.equal(rows[0]?.detail, "file 1.00 GB, in memory about 1.20 GB");
  });

  it("takes a file of the user's own off the list, and never deletes it", () => {
    const rows = precisionRows(model("mine", [offer({ removable: false, from: "file:/home/u/mine.gguf" })]), english);
    assert.deepEqual(rows.slice(1).map(({ choice }) => choice?.kind), [undefined, "forget-file"]);
  });
});
