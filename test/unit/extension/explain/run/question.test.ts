import assert from "node:assert/strict";

import { Question, type Send } from "../../../../../extension/explain/run/question.ts";
import { RunningQuestions } from "../../../../../extension/explain/run/running-questions.ts";
import type { ChatRequest } from "../../../../../runtime/api/types.ts";
import type { ChatReply, ReplyDelta } from "../../../../../runtime/client/replies.ts";
import { cancelled, RetortError } from "../../../../../runtime/errors.ts";

const REQUEST: ChatRequest = { model: "m", messages: [{ role: "user", content: "Why?" }], max_tokens: 400 };

const replyOf = (deltas: readonly ReplyDelta[], finish: "stop" | "length" = "stop"): ChatReply => ({
  model: "m", finish, usage: null, timings: null, provenance: null, client: { sentAt: 0, chunks: [], firstAnswer: null, endedAt: 1 },
  answer: deltas.filter(({ kind }) => kind === "answer").map(({ text }) => text).join(""),
  thinking: deltas.filter(({ kind }) => kind === "thinking").map(({ text }) => text).join(""),
});
const thought = (text: string): ReplyDelta => ({ kind: "thinking", text });
const said = (text: string): ReplyDelta => ({ kind: "answer", text });

/** A model that answers each request with the next script; a script without an end goes on until it is aborted. */
function scripted(...scripts: Array<{ deltas: ReplyDelta[]; endless?: boolean; finish?: "stop" | "length"; error?: unknown }>): { send: Send; requests: ChatRequest[] } {
  const requests: ChatRequest[] = [];
  const send: Send = async (request, { signal, onDelta }) => {
    const script = scripts[requests.push(request) - 1];
    if (script === undefined) throw new Error("No more scripts.");
    for (const delta of script.deltas) {
      await Promise.resolve();
      if (signal.aborted) throw cancelled();
      onDelta(delta);
    }
    if (script.error !== undefined) throw script.error;
    if (script.endless !== true) return replyOf(script.deltas, script.finish);
    if (!signal.aborted) await new Promise((resolve) => { signal.addEventListener("abort", resolve); });
    throw cancelled();
  };
  return { send, requests };
}

describe("Question", () => {
  const stop = new AbortController();
  const seen = (): { deltas: ReplyDelta[]; thinks: boolean[]; onDelta: (delta: ReplyDelta) => void; onThinking: (thinks: boolean) => void } => {
    const deltas: ReplyDelta[] = [];
    const thinks: boolean[] = [];
    return { deltas, thinks, onDelta: (delta) => deltas.push(delta), onThinking: (value) => thinks.push(value) };
  };

  it("asks once where the thinking ends by itself", async () => {
    const model = scripted({ deltas: [thought("hm"), said("So.")] });
    const watch = seen();
    const { reply, cut, firstTextMs } = await new Question({ ...model, ...watch, signal: stop.signal, thinkingTokens: 256 }).ask(REQUEST);
    assert.deepEqual([reply.answer, cut, model.requests], ["So.", false, [REQUEST]]);
    assert.deepEqual(watch.thinks, [true, false]);
    assert.ok(firstTextMs !== null && firstTextMs >= 0);
  });

  it("answers now: the request is ended and goes on behind the closed thought", async () => {
    const model = scripted({ deltas: [thought("I wonder "), thought("a lot")], endless: true }, { deltas: [said("So.")] });
    const watch = seen();
    const question: Question = new Question({ ...model, signal: stop.signal, thinkingTokens: 256, onThinking: watch.onThinking, onDelta: (delta) => { watch.onDelta(delta); if (delta.text === "a lot") question.answerNow(); } });
    const { reply, cut } = await question.ask(REQUEST);
    assert.deepEqual([reply.answer, cut], ["So.", true]);
    assert.deepEqual(watch.deltas, [thought("I wonder "), thought("a lot"), said("So.")]);
    assert.deepEqual(model.requests[1]?.messages, [...REQUEST.messages, { role: "assistant", content: "<think>\nI wonder a lot\n</think>\n\n" }]);
    assert.deepEqual([model.requests[1]?.continue_final_message, model.requests[1]?.add_generation_prompt], [true, false]);
    assert.ok((model.requests[1]?.max_tokens ?? 0) < 400 && (model.requests[1]?.max_tokens ?? 0) > 380);
    assert.deepEqual(watch.thinks, [true, false]);
  });

  for (const [what, thinkingTokens, maxTokens, most] of [["the cap", 20, 400, 25], ["three quarters of all tokens", 1000, 100, 80]] as const) {
    it(`does so by itself at ${what}`, async () => {
      const model = scripted({ deltas: Array.from({ length: 500 }, () => thought("abc")), endless: true }, { deltas: [said("So.")] });
      const watch = seen();
      const { cut } = await new Question({ ...model, ...watch, signal: stop.signal, thinkingTokens }).ask({ ...REQUEST, max_tokens: maxTokens });
      assert.equal(cut, true);
      const thoughts = watch.deltas.filter(({ kind }) => kind === "thinking").length;
      assert.ok(thoughts <= most && thoughts > 10, `${thoughts} pieces of thinking`);
      assert.ok((model.requests[1]?.max_tokens ?? 0) >= 64);
    });
  }

  it("gives an answer where the tokens ran out while it thought", async () => {
    const model = scripted({ deltas: [thought("hm")], finish: "length" }, { deltas: [said("So.")] });
    const { reply, cut } = await new Question({ ...model, signal: stop.signal, thinkingTokens: 256 }).ask(REQUEST);
    assert.deepEqual([reply.answer, cut, model.requests.length], ["So.", true, 2]);
  });

  it("takes no answer for a thought, and no second cut", async () => {
    const model = scripted({ deltas: [thought("hm")], endless: true }, { deltas: [...Array.from({ length: 500 }, () => thought("again ")), said("So.")] });
    const question: Question = new Question({ ...model, signal: stop.signal, thinkingTokens: 256, onDelta: () => question.answerNow() });
    assert.equal((await question.ask(REQUEST)).reply.answer, "So.");
    const direct = scripted({ deltas: [said("So."), said(" Yes.")] });
    const answering: Question = new Question({ ...direct, signal: stop.signal, thinkingTokens: 256, onDelta: () => answering.answerNow() });
    assert.deepEqual([(await answering.ask(REQUEST)).cut, direct.requests.length], [false, 1]);
  });

  it("ends with its signal, before and behind the cut, and fails as the model does", async () => {
    const model = scripted({ deltas: [thought("hm")], endless: true });
    const abort = new AbortController();
    const asked = new Question({ ...model, signal: abort.signal, thinkingTokens: 256, onDelta: () => abort.abort() }).ask(REQUEST);
    await assert.rejects(asked, { code: "cancelled" });
    const failing = scripted({ deltas: [thought("hm")], error: new RetortError({ code: "engine_died", message: "x", hint: "y" }) });
    const watch = seen();
    await assert.rejects(new Question({ ...failing, ...watch, signal: stop.signal, thinkingTokens: 256 }).ask(REQUEST), { code: "engine_died" });
    assert.deepEqual(watch.thinks, [true, false]);
    assert.equal(failing.requests.length, 1);
  });
});

describe("RunningQuestions", () => {
  it("ends the thinking of the one that was named, else of the latest that thinks", async () => {
    const told: boolean[] = [];
    const running = new RunningQuestions((thinks) => told.push(thinks));
    const start = (id: string): Promise<string> => {
      const model = scripted({ deltas: [thought(id)], endless: true }, { deltas: [said(`answer ${id}`)] });
      const question = new Question({ ...model, signal: new AbortController().signal, thinkingTokens: 256, onThinking: () => running.changed() });
      running.add(id, question);
      return question.ask(REQUEST).then(({ reply }) => reply.answer).finally(() => running.remove(id));
    };
    assert.equal(running.answerNow(), false);
    const [first, second] = [start("a"), start("b")];
    await new Promise((resolve) => setTimeout(resolve, 1));
    assert.equal(running.answerNow("nobody"), false);
    assert.equal(running.answerNow(), true);
    assert.equal(await second, "answer b");
    assert.equal(running.answerNow("a"), true);
    assert.equal(await first, "answer a");
    assert.deepEqual([told[0], told.at(-1)], [true, false]);
  });
});
