import assert from "node:assert/strict";

import type { ContextChunk } from "../../../../extension/completion/completion-engine.ts";
import { CompletionSession } from "../../../../extension/completion/session.ts";
import { knowingFill } from "../../../helpers/knowing-fill.ts";
import { ScriptedFill } from "../../../helpers/scripted-fill.ts";
import { VirtualClock } from "../../../helpers/virtual-clock.ts";
import { POLICY, Replay } from "../../../bench/typing/replay.ts";
import { sourceTexts } from "../../../bench/typing/source-texts.ts";
import { TypedDocument } from "../../../bench/typing/typed-document.ts";
import { Typist } from "../../../bench/typing/typist.ts";

const CHARS = 600;
const SEED = 4;
const STEP_MS = 50;

interface Typed {
  requests: ScriptedFill["requests"];
  suggestions: number;
  wasted: number;
  flickers: number;
  hits: number;
  mostRunning: number;
}

/** A person types real source text in virtual time: the same counts on every machine. */
async function typed(knows: number, ttftMs: number, tokenMs: number, chunks: readonly ContextChunk[]): Promise<Typed> {
  const sum = { generated: 0, shown: 0, suggestions: 0, flickers: 0, along: 0, hits: 0, mostRunning: 0 };
  const requests: ScriptedFill["requests"] = [];
  for (const [index, { uri, languageId, before, written, after }] of sourceTexts(CHARS).entries()) {
    const clock = new VirtualClock();
    const engine = new ScriptedFill(clock, knowingFill({ before, written: written + after, knows, ttftMs, tokenMs }));
    const session = new CompletionSession({
      engine, clock, context: { current: () => chunks },
      events: { onMode: () => undefined, onRequest: () => undefined, onShown: (_, tokens) => { sum.shown += tokens; }, onGenerated: (tokens) => { sum.generated += tokens; } },
    });
    const replay = new Replay(session, POLICY, clock);
    let done = false;
    const typing = replay.type(new TypedDocument(uri, languageId, before, after), new Typist(SEED + index).keys(written)).finally(() => { done = true; });
    while (!done) await clock.advance(STEP_MS);
    await typing;
    session.stop();
    await clock.advance(STEP_MS);
    const { screen } = replay;
    sum.suggestions += screen.shown;
    sum.flickers += screen.flickers;
    sum.along += screen.along;
    sum.hits += screen.hits;
    sum.mostRunning = Math.max(sum.mostRunning, engine.mostRunning);
    requests.push(...engine.requests);
  }
  const { suggestions, flickers, mostRunning } = sum;
  return { requests, suggestions, flickers, mostRunning, wasted: 1 - sum.shown / sum.generated, hits: sum.hits / sum.along };
}

describe("typing", function () {
  this.timeout(60_000);
  const cases = [
    { name: "slow, as on one core, and knows little", knows: 0.1, ttftMs: 60, tokenMs: 30, wasted: 0.48, suggestions: 10 },
    { name: "quick, as on a GPU, and knows some lines", knows: 0.4, ttftMs: 25, tokenMs: 6, wasted: 0.44, suggestions: 30 },
  ];
  for (const { name, knows, ttftMs, tokenMs, wasted, suggestions } of cases) {
    it(`with a model that is ${name}: few tokens for nothing, no flicker, one request at a time`, async () => {
      const chunks = [{ filename: "other.py", text: "def other():\n    pass" }];
      const result = await typed(knows, ttftMs, tokenMs, chunks);
      assert.ok(result.requests.every((request) => request.chunks === chunks), "other code stays where it is, so that it is evaluated once");
      assert.ok(result.wasted <= wasted, `${(100 * result.wasted).toFixed(1)} % of the tokens were never shown`);
      assert.ok(result.suggestions >= suggestions, `${result.suggestions} suggestions`);
      assert.ok(result.hits >= 0.97, `${result.hits} of the keys along a suggestion`);
      assert.deepEqual([result.flickers, result.mostRunning], [0, 1]);
    });
  }
});
