import assert from "node:assert/strict";

import { DEMONSTRATION_MODEL, fillMode, type KnownModel } from "../../../../extension/completion/fill-mode.ts";

describe("fillMode", () => {
  const model = (id: string, capabilities: string[] | null, installed = true): KnownModel => ({ id, capabilities, installed });
  const reasoner = model("thinker", ["chat", "reasoning"]);
  const coder = model("coder", ["chat", "fim"]);
  const bigCoder = model("big-coder", ["chat", "fim"], false);
  const demonstration = model(DEMONSTRATION_MODEL, ["chat"]);
  const embedder = model("embedder", ["embeddings"]);

  it("automatic: the first one here that can fill in, else the demonstration model, labelled as continuation", () => {
    assert.deepEqual(fillMode([reasoner, bigCoder, demonstration, coder], ""), { kind: "fim", model: "coder" });
    assert.deepEqual(fillMode([reasoner, bigCoder, demonstration], ""), { kind: "continuation", model: DEMONSTRATION_MODEL });
  });

  it("automatic: with nothing that could, it says what to pull", () => {
    assert.deepEqual(fillMode([reasoner, bigCoder], ""), {
      kind: "refused", model: "", reason: "no model on this machine was trained to fill in the middle of code", instead: "big-coder",
    });
  });

  for (const [wanted, reason] of [["thinker", /reason/], ["chatty", /chat/], ["embedder", /embeddings/], ["nobody", /no such model/]] as const) {
    it(`${wanted} is refused by name, with another one instead`, () => {
      const mode = fillMode([reasoner, model("chatty", ["chat"]), embedder, bigCoder, coder], wanted);
      assert.ok(mode.kind === "refused");
      assert.deepEqual([mode.model, mode.instead], [wanted, "coder"]);
      assert.match(mode.reason, reason);
    });
  }

  it("a coder that is not here is to be pulled itself", () => {
    assert.deepEqual(fillMode([bigCoder, coder], "big-coder"), { kind: "refused", model: "big-coder", reason: "it is not on this machine yet", instead: "big-coder" });
  });

  it("the demonstration model may be chosen, and another server's model is taken as it is", () => {
    assert.deepEqual(fillMode([demonstration, coder], DEMONSTRATION_MODEL), { kind: "continuation", model: DEMONSTRATION_MODEL });
    assert.deepEqual(fillMode([model("remote", null)], ""), { kind: "continuation", model: "remote" });
    assert.deepEqual(fillMode([model("a", null), model("remote", null)], "remote"), { kind: "continuation", model: "remote" });
  });
});
