import assert from "node:assert/strict";

import { machineReport, type MachineFacts } from "../../../../extension/models/machine-report.ts";
import { recommend, TRIAL_MODEL } from "../../../../extension/models/recommend.ts";
import { english } from "../../../../extension/host/translate.ts";
import { model, offer, offers } from "./facts.ts";

const TRIAL = { bytes: 1e8, tokS: 80 };
const BIG = model("big", [offer({ precision: "fp16", bytes: 4e9, need_bytes: 5e9 }), offer({ bytes: 2e9, need_bytes: 3e9 })], { capabilities: ["chat", "fim"] });
const SMALL = model("small", [offer({ precision: "fp16", bytes: 1e9, need_bytes: 1.2e9 }), offer({ bytes: 5e8, need_bytes: 7e8 })], { capabilities: ["chat", "fim"] });
const DEMO = model(TRIAL_MODEL, [offer({ bytes: 1e8, need_bytes: 2e8 })]);

describe("recommendation", () => {
  const chosen = (all: ReturnType<typeof offers>, gpu: boolean, trial: typeof TRIAL | null): string | undefined => {
    const found = recommend(all, "fim", gpu, trial);
    return found === null ? undefined : `${found.model.id} ${found.offer.precision}`;
  };

  it("takes the first model that is expected to be fast enough", () => {
    assert.equal(chosen(offers(BIG, SMALL), false, TRIAL), "small int8", "big: 80 × 0.1 / 2 = 4 tok/s");
    assert.equal(chosen(offers(BIG, SMALL), false, { ...TRIAL, tokS: 400 }), "big int8");
    assert.equal(chosen(offers(BIG, SMALL), false, null), "big int8", "nothing was measured");
  });

  it("takes FP16 on a GPU and INT8 on a CPU, and less only where that does not fit", () => {
    assert.equal(chosen(offers(BIG), true, null), "big fp16");
    const tight = model("m", [offer({ precision: "fp16", fit: "too-big" }), offer({ fit: "tight" }), offer({ precision: "q4", fit: "fits" })], { capabilities: ["fim"] });
    assert.equal(chosen(offers(tight), true, null), "m q4");
  });

  it("takes the smallest where all are slow, and says so where none fits", () => {
    assert.equal(chosen(offers(BIG, SMALL), false, { ...TRIAL, tokS: 1 }), "small int8");
    assert.equal(chosen(offers(model("m", [offer({ fit: "too-big" })], { capabilities: ["fim"] })), false, null), undefined);
  });

  it("never recommends the model for trying out", () => {
    assert.equal(recommend(offers(DEMO), "chat", false, null), null);
  });
});

describe("machine report", () => {
  const facts: MachineFacts = {
    devices: { devices: [{ backend: "cpu", name: "A | CPU", totalBytes: 8e9, freeBytes: 4e9 }], backend: "cpu", reason: "There is no GPU.", engineVersion: "3", threads: 2 },
    offers: offers(SMALL, DEMO),
    trial: { model: TRIAL_MODEL, precision: "int8", ttftMs: 120.4, decodeTokS: 80.12, tokens: 48, backend: "cpu", device: "A CPU", memory: 2e8 },
    trialBytes: 1e8,
    fallback: null,
  };

  it("has devices, the run's numbers, what suits, and every model", () => {
    const report = machineReport(facts, english);
    assert.match(report, /Computes with \*\*CPU\*\*: There is no GPU\\\./);
    assert.match(report, /\| A \\\| CPU \| cpu \| 8\.00 GB \| 4\.00 GB \|/);
    assert.match(report, /time to the first token: 120 ms/);
    assert.match(report, /speed: 80\.1 tok\/s/);
    assert.match(report, /code completion: \*\*SMALL\*\* INT8 \(about 16\.0 tok\/s expected; on this machine\)/);
    assert.match(report, /\| SMALL \| FP16 \| 1\.00 GB \| 1\.20 GB \| fits into memory \| on this machine \|/);
  });

  it("says what to do without a model, and where the GPU was lost", () => {
    const report = machineReport({ ...facts, trial: null, trialBytes: null, fallback: "The GPU was lost." }, english);
    assert.match(report, /No model is on this machine yet/);
    assert.match(report, /> The GPU was lost/);
    assert.match(report, /speed not known/);
  });
});
