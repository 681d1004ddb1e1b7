import assert from "node:assert/strict";

import { afterTyping } from "../../../../extension/completion/document-view.ts";
import { Draft } from "../../../../extension/completion/draft.ts";
import type { ShownSuggestion } from "../../../../extension/completion/suggestion-cache.ts";
import { Uptake } from "../../../../extension/completion/uptake.ts";
import { viewOf } from "../../../helpers/completion-scene.ts";

describe("uptake of suggestions", () => {
  const VIEW = viewOf("x = |\n");
  const shown: ShownSuggestion = { view: VIEW, text: "alpha + beta", draft: new Draft(VIEW), draftEnd: 12 };
  const show = (uptake: Uptake, typed: string): void => {
    uptake.shown(shown);
    uptake.follow(afterTyping(VIEW, typed));
  };

  it("is what was typed of a suggestion, or accepted of it at once", () => {
    const uptake = new Uptake();
    const follow = (typed: string): string => uptake.follow(afterTyping(VIEW, typed));
    assert.equal(follow("a"), "none");
    uptake.shown(shown);
    assert.deepEqual(["al", "alpha +", "alpha + bet", "alpha + beta"].map(follow), ["none", "typed", "typed", "typed"], "typed to its end");
    uptake.shown(shown);
    assert.deepEqual([follow("alpha + beta"), follow("other"), follow("alpha")], ["accepted", "none", "none"]);
  });

  it("is usual until the first one is passed over, and again when most are taken", () => {
    const uptake = new Uptake();
    assert.ok(uptake.isUsual);
    show(uptake, "q");
    assert.ok(!uptake.isUsual);
    for (let n = 0; n < 4; n++) show(uptake, "alpha + beta");
    uptake.shown(shown);
    assert.ok(uptake.isUsual);
    for (let n = 0; n < 8; n++) show(uptake, "al");
    uptake.shown(shown);
    assert.ok(!uptake.isUsual);
  });
});
