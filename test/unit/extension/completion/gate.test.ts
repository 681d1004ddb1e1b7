import assert from "node:assert/strict";

import { type Switches, switchedOff, unwantedPlace } from "../../../../extension/completion/gate.ts";
import { POLICY, viewOf } from "../../../helpers/completion-scene.ts";

const ON: Switches = { enabled: true, enabledForLanguage: true, enabledForFile: true, snoozed: false, pausedOnBattery: false };

describe("gate", () => {
  const switches: readonly [Partial<Switches>, automatic: string | null, invoked: string | null][] = [
    [{}, null, null],
    [{ enabled: false }, "off", "off"],
    [{ enabledForLanguage: false }, "off_for_language", "off_for_language"],
    [{ enabledForFile: false }, "off_for_file", "off_for_file"],
    [{ snoozed: true }, "snoozed", null],
    [{ pausedOnBattery: true }, "battery", null],
  ];
  for (const [changed, automatic, invoked] of switches) {
    it(`${JSON.stringify(changed)}: ${automatic ?? "open"}`, () => {
      assert.equal(switchedOff({ ...ON, ...changed }, false), automatic);
      assert.equal(switchedOff({ ...ON, ...changed }, true), invoked);
    });
  }

  const places: readonly [string, Partial<typeof POLICY>, string | null][] = [
    ["x = |", {}, null],
    ["x = |", { automatic: false }, "manual"],
    ["x = na|me", {}, "inside_word"],
    ["x = 'a|", {}, "string"],
    ["x = 'a|", { insideStrings: true }, null],
    ["# a|", {}, "comment"],
    ["# a|", { insideComments: true }, null],
    ["# a|", { insideStrings: true }, "comment"],
  ];
  for (const [place, policy, reason] of places) {
    it(`${place} with ${JSON.stringify(policy)}: ${reason ?? "open"}`, () => {
      const request = { id: "c1", view: viewOf(place), selected: null, policy: { ...POLICY, ...policy } };
      assert.equal(unwantedPlace({ ...request, invoked: false }), reason);
      assert.equal(unwantedPlace({ ...request, invoked: true }), null);
    });
  }
});
