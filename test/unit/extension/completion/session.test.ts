import assert from "node:assert/strict";

import fc from "fast-check";

import { afterTyping } from "../../../../extension/completion/document-view.ts";
import type { Answer } from "../../../../extension/completion/request.ts";
import { RetortError } from "../../../../runtime/errors.ts";
import { POLICY, Scene, told, viewOf } from "../../../helpers/completion-scene.ts";
import { settle } from "../../../helpers/virtual-clock.ts";

const source = (answer: Answer): string => (answer.kind === "shown" ? answer.source : answer.reason);

describe("completion session", () => {
  describe("a new request", () => {
    it("is shown as soon as the first line is complete, while the engine goes on", async () => {
      const scene = new Scene({ text: "a + b\n    return total\n    x\n    y\n    z", tokenMs: 10 });
      const answer = await scene.ask("def f(a, b):\n    total = |\n");
      assert.equal(told(answer), "a + b");
      assert.equal(scene.engine.running, 1);
    });

    it("waits for a whole block where one begins", async () => {
      const scene = new Scene({ text: "\n    total = a + b\n    return total\n\nprint(f(1, 2))\n", tokenMs: 1 });
      assert.equal(told(await scene.ask("def f(a, b):|\n")), "\n    total = a + b\n    return total");
    });

    it("shows the complete lines of a block that takes too long", async () => {
      const scene = new Scene({ pieces: ["\n    one()\n", "    tw", "o()\n", "    three()\n"], tokenMs: 350 });
      const answer = await scene.ask("def f(a, b):|\n");
      assert.equal(told(answer), "\n    one()");
    });

    it("ends decoding when the follow-up is there", async () => {
      const scene = new Scene({ text: "a + b\n    return total\n    x = 1\n    y = 1\n    z = 1\n    w = 1\n", tokenMs: 10 });
      await scene.ask("def f(a, b):\n    total = |\n");
      await scene.clock.advance(1_000);
      assert.equal(scene.engine.running, 0);
      assert.equal(scene.engine.aborted.length, 1);
      assert.ok(scene.engine.tokens < 12, `${scene.engine.tokens} tokens`);
    });

    it("asks nothing while keys follow each other", async () => {
      const scene = new Scene({ text: "value" });
      const first = new AbortController();
      const superseded = scene.start("x = |\n", {}, first.signal);
      await scene.clock.advance(10);
      first.abort();
      assert.equal(told(await settle(scene.clock, superseded)), "(superseded)");
      assert.equal(scene.engine.requests.length, 0);
    });

    it("leaves the closing bracket of the editor out of the prompt and replaces it", async () => {
      const scene = new Scene({ text: "a, b):\n" });
      const answer = await scene.ask("def f(|):\n    pass\n");
      assert.deepEqual(answer.kind === "shown" ? answer.suggestions : null, [{ text: "a, b):", replaced: 2 }]);
      assert.equal(scene.engine.requests[0]?.suffix, "\n    pass\n");
      assert.equal(scene.engine.requests[0]?.typed, "def f(");
    });
  });

  describe("the running stream", () => {
    it("is kept while the person types what it writes", async () => {
      const scene = new Scene({ text: "alpha + beta\n", ttftMs: 100, tokenMs: 20 });
      const view = viewOf("x = |\n");
      const first = new AbortController();
      const superseded = scene.start(view, {}, first.signal);
      await scene.clock.advance(130);
      first.abort();
      await superseded;
      const typed = afterTyping(view, "al");
      scene.session.follow(typed);
      const answer = await scene.ask(typed);
      assert.equal(told(answer), "pha + beta");
      assert.equal(source(answer), "stream");
      assert.equal(scene.engine.requests.length, 1);
    });

    it("is kept when the person is ahead of it", async () => {
      const scene = new Scene({ text: "alpha + beta\n", ttftMs: 100 });
      const view = viewOf("x = |\n");
      void scene.start(view);
      await scene.clock.advance(60);
      assert.equal(told(await scene.ask(afterTyping(view, "alph"))), "a + beta");
      assert.equal(scene.engine.requests.length, 1);
    });

    it("is ended at once when the person types something else", async () => {
      const scene = new Scene({ text: "alpha + beta + gamma + delta\n", ttftMs: 100 });
      const view = viewOf("x = |\n");
      const first = scene.start(view);
      await scene.clock.advance(130);
      scene.session.follow(afterTyping(view, "q"));
      assert.equal(scene.engine.running, 1);
      await scene.clock.advance(0);
      assert.equal(scene.engine.running, 0);
      assert.equal(told(await first), "(superseded)");
    });

    it("is ended when the cursor goes elsewhere", async () => {
      const scene = new Scene({ text: "alpha + beta + gamma + delta\n", ttftMs: 100 });
      void scene.start("x = |\n");
      await scene.clock.advance(130);
      scene.session.follow(null);
      await scene.clock.advance(0);
      assert.equal(scene.engine.running, 0);
    });

    it("is the only one", async () => {
      const scene = new Scene({ text: "something else entirely\n", ttftMs: 200 });
      for (const line of ["a = |", "b = |", "c = |", "d = |"]) {
        void scene.start(line);
        await scene.clock.advance(90);
      }
      await scene.clock.advance(2_000);
      assert.deepEqual(scene.engine.requests.slice(0, 4).map(({ typed }) => typed), ["a = ", "b = ", "c = ", "d = "]);
      assert.equal(scene.engine.mostRunning, 1);
    });
  });

  describe("what is on screen", () => {
    it("stays while it is typed, without the engine", async () => {
      const scene = new Scene({ text: "compute(a, b)\n" });
      const view = viewOf("x = |\n");
      assert.equal(told(await scene.ask(view)), "compute(a, b)");
      await scene.clock.advance(5_000);
      const requests = scene.engine.requests.length;
      const typed = afterTyping(view, "compute(");
      // The editor closes the bracket.
      const answer = await scene.start({ ...typed, after: `)${typed.after}` });
      assert.deepEqual(answer, { kind: "shown", suggestions: [{ text: "a, b)", replaced: 1 }], source: "typed" });
      assert.equal(scene.engine.requests.length, requests);
    });

    it("stays inside a string that it has itself", async () => {
      const scene = new Scene({ text: 'print("hello world")\n' });
      const view = viewOf("|\n");
      await scene.ask(view);
      assert.equal(told(await scene.ask(afterTyping(view, 'print("hel'))), 'lo world")');
    });

    it("is gone when what follows the cursor has changed", async () => {
      const scene = new Scene((_, n) => ({ text: n === 1 ? "first_text()\n" : "second_text()\n" }));
      const view = viewOf("x = |\nold_line\n");
      await scene.ask(view);
      assert.equal(told(await scene.ask({ ...view, after: "\nnew_line\n" })), "second_text()");
    });

    it("never flickers: typing along always leaves the rest of the same text", async () => {
      const line = fc.stringMatching(/^[a-z]{2,8}( [a-z(]{2,6}){0,3}$/);
      await fc.assert(fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 3 }), fc.infiniteStream(fc.integer({ min: 1, max: 5 })), fc.boolean(), async (lines, steps, block) => {
        const scene = new Scene({ text: lines.join("\n    "), finish: "stop" });
        const view = viewOf(block ? "if x:\n    |\n" : "    y = |\n");
        const answer = await scene.ask(view, { policy: { ...POLICY, multiline: block ? "always" : "auto" } });
        if (answer.kind === "none") return;
        const text = answer.suggestions[0].text;
        let at = 0;
        for (const step of steps) {
          at += step;
          if (at >= text.length) break;
          await scene.clock.advance(40);
          const now = afterTyping(view, text.slice(0, at));
          scene.session.follow(now);
          const requests = scene.engine.requests.length;
          const rest = await scene.start(now);
          if (text.slice(at).trim() === "") break;
          assert.equal(told(rest), text.slice(at));
          assert.equal(source(rest), "typed");
          // What comes after the suggestion may be prepared meanwhile.
          assert.ok(scene.engine.requests.slice(requests).every(({ prefix, typed }) => (prefix + typed).endsWith(text.slice(text.lastIndexOf("\n") + 1))));
        }
      }), { numRuns: 60 });
    });
  });

  describe("after an accept", () => {
    it("the next lines of the same stream are there without a request", async () => {
      const scene = new Scene({ text: "load(path)\n    rows = parse(data)\n    return rows\n    x\n" });
      const view = viewOf("def f(path):\n    data = |\n");
      const first = await scene.ask(view);
      await scene.clock.advance(1_000);
      const accepted = afterTyping(view, told(first));
      scene.session.follow(accepted);
      const second = await scene.start(accepted);
      assert.equal(told(second), "\n    rows = parse(data)");
      assert.equal(source(second), "ahead");
      assert.equal(told(await scene.start(afterTyping(accepted, told(second)))), "\n    return rows");
      assert.equal(scene.engine.requests.length, 1);
    });

    it("is prepared for when the model stopped there, after a moment only", async () => {
      const scene = new Scene((_, n) => ({ text: n === 1 ? "load(path)" : "\n    rows = parse(data)\n" }));
      const view = viewOf("def f(path):\n    data = |\n");
      const first = await scene.ask(view);
      await scene.clock.advance(100);
      assert.equal(scene.engine.requests.length, 1);
      await scene.clock.advance(1_000);
      assert.equal(scene.engine.requests.length, 2);
      const accepted = afterTyping(view, told(first));
      scene.session.follow(accepted);
      assert.equal(told(await scene.start(accepted)), "\n    rows = parse(data)");
      assert.equal(scene.engine.requests.length, 2);
    });

    it("what was prepared is given up when the person goes another way", async () => {
      const scene = new Scene((_, n) => ({ text: n === 1 ? "load(path)" : "\n    rows = parse(data)\n", tokenMs: 100 }));
      const view = viewOf("def f(path):\n    data = |\n");
      await scene.ask(view);
      await scene.clock.advance(400);
      assert.equal(scene.engine.requests.length, 2);
      assert.equal(scene.engine.running, 1);
      scene.session.follow(afterTyping(view, "z"));
      await scene.clock.advance(0);
      assert.equal(scene.engine.running, 0);
    });

    it("word by word is typing along", async () => {
      const scene = new Scene({ text: "load(path, mode)\n" });
      const view = viewOf("def f(path):\n    data = |\n");
      await scene.ask(view);
      let now = view;
      for (const [word, rest] of [["load", "(path, mode)"], ["(path", ", mode)"], [", mode", ")"]] as const) {
        now = afterTyping(now, word);
        assert.equal(told(await scene.start(now)), rest);
      }
    });
  });

  describe("what is written ahead", () => {
    /** Shows the first line of a text at `place` of a file. */
    const TEXT = "alpha + beta\n    gamma()\n    delta()\n    more()\n";
    const viewAt = (place: number): ReturnType<typeof viewOf> => viewOf(`${"#\n".repeat(place)}x = |\n`);

    it("is no more than is shown, once suggestions are not taken up", async () => {
      const scene = new Scene({ text: TEXT });
      await scene.ask(viewAt(0));
      await scene.clock.advance(1_000);
      const first = scene.engine.tokens;
      scene.session.follow(null);
      await scene.ask(afterTyping(viewAt(1), "q"));
      await scene.clock.advance(1_000);
      assert.ok(scene.engine.tokens - first <= 4, `${scene.engine.tokens - first} tokens for one line of three`);
      assert.ok(first > 6, `${first} tokens while nothing was known`);
    });

    it("is more again when they are typed or accepted", async () => {
      const scene = new Scene({ text: TEXT });
      await scene.ask(viewAt(0));
      for (const place of [1, 2, 3, 4]) {
        const view = viewAt(place);
        scene.session.follow(null);
        assert.equal(told(await scene.ask(view)), "alpha + beta");
        await scene.ask(afterTyping(view, "alpha + be"));
        scene.session.stop();
      }
      const before = scene.engine.tokens;
      await scene.ask(viewAt(5));
      await scene.clock.advance(1_000);
      assert.ok(scene.engine.tokens - before > 6);
    });

    it("comes early when the end of a suggestion is near", async () => {
      const scene = new Scene({ text: TEXT });
      await scene.ask(viewAt(0));
      scene.session.stop();
      await scene.ask(afterTyping(viewAt(1), "q"));
      scene.session.stop();
      const view = viewAt(2);
      await scene.ask(view);
      await scene.clock.advance(300);
      const requests = scene.engine.requests.length;
      await scene.ask(afterTyping(view, "alpha +"));
      await scene.clock.advance(300);
      assert.equal(scene.engine.requests.length, requests + 1);
      assert.equal(scene.engine.requests.at(-1)?.typed, "x = alpha + beta");
    });

    it("is asked for without a wait after an accept", async () => {
      const scene = new Scene({ text: "alpha" });
      const view = viewAt(0);
      await scene.ask(view, { policy: { ...POLICY, debounceMs: 400 } });
      const requests = scene.engine.requests.length;
      void scene.start(afterTyping(view, "alpha"), { policy: { ...POLICY, debounceMs: 400 } });
      await scene.clock.advance(10);
      assert.equal(scene.engine.requests.length, requests + 1);
    });
  });

  describe("alternatives", () => {
    const four = (_: unknown, n: number): { text: string } => ({ text: ["one()", "two()", "two()", "three()"][(n - 1) % 4] as string });

    it("are made only when asked for", async () => {
      const scene = new Scene(four);
      const view = viewOf("x = |\n");
      const first = await scene.ask(view);
      assert.equal(first.kind === "shown" ? first.suggestions.length : 0, 1);
      const more = await scene.ask(view, { invoked: true });
      assert.deepEqual(more.kind === "shown" ? more.suggestions.map(({ text }) => text) : null, ["one()", "two()", "three()"]);
      const sampled = scene.engine.requests.filter(({ temperature }) => temperature > 0);
      assert.equal(new Set(sampled.map(({ seed }) => seed)).size, sampled.length);
      const requests = scene.engine.requests.length;
      const again = await scene.ask(view, { invoked: true });
      assert.equal(again.kind === "shown" ? again.suggestions.length : 0, 3);
      assert.equal(scene.engine.requests.length, requests);
    });

    it("are tried when the first text was not good enough", async () => {
      const scene = new Scene((_, n) => ({ text: n === 1 ? "\n" : "useful()\n" }));
      assert.equal(told(await scene.ask("x = |\n", { invoked: true })), "useful()");
    });
  });

  describe("the suggest widget", () => {
    it("decides how a suggestion begins", async () => {
      const scene = new Scene({ text: "(item)\n" });
      const answer = await scene.ask("rows.app|\n", { selected: { text: "append", before: 3, after: 0 } });
      assert.equal(told(answer), "(item)");
      assert.equal(scene.engine.requests[0]?.typed, "rows.append");
    });

    it("keeps the stream while the item's name is typed", async () => {
      const scene = new Scene({ text: "(item)\n", ttftMs: 200 });
      const item = { text: "append", after: 0 };
      void scene.start("rows.app|\n", { selected: { ...item, before: 3 } });
      await scene.clock.advance(100);
      scene.session.follow(viewOf("rows.appe|\n"));
      assert.equal(told(await scene.ask("rows.appe|\n", { selected: { ...item, before: 4 } })), "(item)");
      assert.equal(scene.engine.requests.length, 1);
    });
  });

  describe("silence", () => {
    const cases: [string, string, string][] = [
      ["comment", "x = 1  # so that |\n", "(comment)"],
      ["string", 'x = "some |"\n', "(string)"],
      ["inside a word", "pri|nt(x)\n", "(inside_word)"],
    ];
    for (const [name, text, reason] of cases) {
      it(`${name}: no engine call, unless asked for`, async () => {
        const scene = new Scene({ text: "some_text here\n" });
        assert.equal(told(await scene.ask(text)), reason);
        assert.equal(scene.engine.requests.length + scene.engine.modeCalls, 0);
        await scene.ask(text, { invoked: true });
        assert.ok(scene.engine.requests.length > 0);
      });
    }

    it("an unsure model is not shown, and stopped", async () => {
      const scene = new Scene({ text: "maybe_this(x)\n    or_that()\n    and_so_on()\n", probability: 0.2 });
      const policy = { ...POLICY, confidence: 0.5 };
      assert.equal(told(await scene.ask("x = |\n", { policy })), "(unsure)");
      await scene.clock.advance(0);
      assert.equal(scene.engine.running, 0);
    });

    it("a model that cannot complete is named with the one that can", async () => {
      const scene = new Scene({ text: "x" });
      scene.engine.fillMode = { kind: "refused", model: "r1", reason: "no", instead: "coder" };
      assert.deepEqual(await scene.ask("x = |\n"), { kind: "none", reason: "refused", model: "r1", instead: "coder" });
      assert.equal(scene.engine.requests.length, 0);
    });

    it("the same question has the same answer: nothing", async () => {
      const scene = new Scene({ text: "" });
      assert.equal(told(await scene.ask("x = |\n")), "(empty)");
      assert.equal(told(await scene.ask("x = |\n")), "(empty)");
      assert.equal(scene.engine.requests.length, 1);
    });
  });

  it("a failure is told, and not repeated with each key", async () => {
    const scene = new Scene({ error: new RetortError({ code: "engine_died", message: "The engine died." }) });
    const answer = await scene.ask("x = |\n");
    assert.equal(answer.kind === "none" ? answer.error?.code : null, "engine_died");
    assert.equal(told(await scene.ask("x = y|\n")), "(engine_failed)");
    assert.equal(scene.engine.requests.length, 1);
    await scene.clock.advance(6_000);
    await scene.ask("x = yz|\n");
    assert.equal(scene.engine.requests.length, 2);
  });

  it("counts what was generated and what of it was shown", async () => {
    const scene = new Scene({ pieces: ["alpha", " + ", "beta", "\n", "    gamma\n", "    delta\n", "rest\n"] });
    await scene.ask("if x:\n    y = |\n");
    await scene.clock.advance(1_000);
    assert.equal(scene.shownTokens, 3);
    assert.equal(scene.generatedTokens, 6);
    assert.deepEqual(scene.records.map(({ generatedTokens, stages }) => [generatedTokens, stages.debounce, stages.ttft]), [[6, 20, 50]]);
  });

  it("ends everything when it is stopped", async () => {
    const scene = new Scene({ text: "alpha + beta + gamma\n" });
    const first = scene.start("x = |\n");
    await scene.clock.advance(75);
    scene.session.stop();
    assert.equal(told(await settle(scene.clock, first)), "(superseded)");
    assert.equal(scene.engine.running, 0);
  });
});
