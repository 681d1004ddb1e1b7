import assert from "node:assert/strict";

import { ChatSession, type SessionHost } from "../../../../runtime/chat-page/chat-session.ts";
import { type Conversation, newConversation, type ReplyTurn, shownTurns } from "../../../../runtime/chat-page/conversation.ts";
import { RuntimeApi } from "../../../../runtime/chat-page/runtime-api.ts";
import { engineDied } from "../../../../runtime/engine/engine-errors.ts";
import { isCancelled } from "../../../../runtime/errors.ts";
import { type FakeRuntime, startFakeRuntime } from "../fake-runtime.ts";

describe("a session of the chat page, over a real connection", () => {
  let fake: FakeRuntime;
  let api: RuntimeApi;
  let key: string | null;
  let saved: Conversation[];
  let refused: number;
  let loads: string[];
  let onChange: () => void;
  const host: SessionHost = {
    model: () => ({ id: "thinker", precision: "int8", ready: false }),
    newId: () => `t${ids++}`,
    wallClock: () => 1,
    now: () => performance.now(),
    changed: () => onChange(),
    save: (conversation) => saved.push(conversation),
    keyRefused: () => { refused++; },
    settled: () => undefined,
  };
  let ids = 0;
  const session = (over: Partial<SessionHost> = {}): ChatSession => new ChatSession(api, { ...host, ...over }, newConversation("c", 0));
  const last = (one: ChatSession): ReplyTurn => shownTurns(one.conversation).at(-1) as ReplyTurn;
  const prompt = (): string => fake.engine.vocabulary.decode(fake.engine.requests.at(-1)?.tokens ?? []);

  before(async () => { fake = await startFakeRuntime(); });
  after(() => fake.runtime.dispose());
  beforeEach(() => {
    key = fake.runtime.token;
    [saved, refused, loads, ids] = [[], 0, [], 0];
    onChange = () => undefined;
    api = new RuntimeApi({ base: `${fake.runtime.url}/`, key: () => key, now: () => performance.now() });
  });

  it("loads the model, thinks, answers, and measures", async () => {
    fake.engine.script("A sum. </think>Two and two is four.");
    const one = session();
    onChange = () => { if (one.running?.loading != null) loads.push(one.running.loading.step); };
    await one.ask("2 + 2?");
    const { text, thinking, thinkingMs, state, measures } = last(one);
    assert.deepEqual([text, thinking, state], ["Two and two is four.", "A sum.", "done"]);
    assert.ok(thinkingMs !== null && thinkingMs >= 0);
    assert.deepEqual([measures?.model, measures?.precision, measures?.quant], ["thinker", "int8", "Q8_0"]);
    assert.ok((measures?.tokens ?? 0) > 5 && (measures?.thinkingTokens ?? 0) > 0 && measures?.settings.temperature === 0.6);
    assert.ok(loads.length > 0, "says that it loads");
    assert.equal(saved.at(-1), one.conversation);
    assert.equal(one.running, null);
  });

  it("counts tokens as the server does while they come", async () => {
    fake.engine.script("One two three four five.");
    const counts: number[] = [];
    const one = session({ model: () => ({ id: "chatty", precision: null, ready: true }) });
    onChange = () => { if (one.running !== null) counts.push(one.running.meter.tokens); };
    await one.ask("Count.");
    assert.equal(counts.at(-1), last(one).measures?.tokens);
    assert.equal(last(one).text, "One two three four five.");
  });

  it("asks again, edits, and goes back to what was before", async () => {
    const one = session({ model: () => ({ id: "chatty", precision: null, ready: true }) });
    fake.engine.script("first", "second", "third");
    await one.ask("Question");
    await one.regenerate(last(one).id);
    assert.equal(last(one).text, "second");
    assert.match(prompt(), /user: Question\nassistant:$/, "the first answer is no part of the second");
    const [question] = shownTurns(one.conversation);
    await one.edit(question?.id ?? "", "Other question");
    assert.deepEqual(shownTurns(one.conversation).map(({ text }) => text), ["Other question", "third"]);
    assert.equal(one.conversation.turns.length, 5);
  });

  it("sends the earlier turns and the settings of the conversation", async () => {
    const one = session({ model: () => ({ id: "chatty", precision: "fp16", ready: true }) });
    one.update({ ...one.conversation, settings: { system: "Be brief.", temperature: 0, top_p: null, max_tokens: 3, seed: 5 } });
    fake.engine.script("a b c d e");
    await one.ask("One");
    assert.deepEqual([last(one).finish, last(one).measures?.tokens], ["length", 3]);
    fake.engine.script("fine");
    await one.ask("Two");
    assert.match(prompt(), /^system: Be brief\.\nuser: One\nassistant: a b c\nuser: Two\nassistant:$/);
    const { sampling } = fake.engine.requests.at(-1) ?? assert.fail();
    assert.deepEqual([sampling.temperature, sampling.seed], [0, 5]);
  });

  it("goes on with a reply that the limit cut off", async () => {
    const one = session({ model: () => ({ id: "chatty", precision: null, ready: true }) });
    one.update({ ...one.conversation, settings: { ...one.conversation.settings, max_tokens: 2 } });
    fake.engine.script("a b c d", " c d");
    await one.ask("Letters?");
    assert.deepEqual([last(one).text, last(one).finish], ["a b", "length"]);
    await one.goOn(last(one).id);
    assert.match(prompt(), /user: Letters\?\nassistant: a b$/);
    assert.deepEqual([last(one).text, last(one).state, last(one).measures?.tokens], ["a b c d", "done", 4]);
    assert.equal(one.conversation.turns.length, 2);
  });

  it("stops: what there is stays, and the engine is free", async () => {
    const one = session({ model: () => ({ id: "chatty", precision: null, ready: true }) });
    fake.engine.script("only this ".repeat(20));
    fake.engine.stallNext(3);
    onChange = () => { if (last(one)?.text.includes("only")) one.stop(); };
    await one.ask("Go on for ever.");
    assert.equal(last(one).state, "stopped");
    assert.match(last(one).text, /^only/);
    while (!fake.engine.idle) await new Promise((resolve) => setTimeout(resolve, 5));
  });

  it("one reply at a time, and nothing for an empty question", async () => {
    const one = session({ model: () => ({ id: "chatty", precision: null, ready: true }) });
    const running = one.ask("One");
    await one.ask("Two");
    await one.regenerate("t0");
    await running;
    await one.ask("  ");
    assert.equal(one.conversation.turns.length, 2);
  });

  it("says what went wrong and what to do, and keeps the part", async () => {
    const one = session({ model: () => ({ id: "chatty", precision: null, ready: true }) });
    fake.engine.script("Some words and more.");
    fake.engine.failNext(engineDied("test"), 2);
    await one.ask("x");
    assert.equal(last(one).state, "failed");
    assert.ok((last(one).problem?.message ?? "") !== "" && (last(one).problem?.hint ?? "") !== "");
    assert.match(last(one).text, /^Some/);
  });

  it("a refused key is asked for", async () => {
    key = "wrong";
    const one = session();
    await one.ask("x");
    assert.deepEqual([last(one).state, refused], ["failed", 1]);
    await assert.rejects(api.overview(), { code: "invalid_api_key", status: 401 });
  });

  it("without a model it says so", async () => {
    const one = session({ model: () => null });
    await one.ask("x");
    assert.match(last(one).problem?.hint ?? "", /retort pull/);
  });

  it("nobody there is said plainly", async () => {
    const gone = new RuntimeApi({ base: "http://127.0.0.1:9/", key: () => null, now: () => 0 });
    await assert.rejects(gone.status(), { code: "offline" });
  });

  it("tells the models, the memory and a change of precision", async () => {
    const { offers, cards, status } = await api.overview();
    assert.ok(offers.models.some(({ id }) => id === "chatty") && cards.length > 0 && status.state === "ok");
    assert.ok((await api.memory()).process.rss > 0);
    const after = await api.load("chatty", "fp16", () => undefined, new AbortController().signal);
    assert.equal(after.precision, "fp16");
    assert.equal((await api.status()).active_precision.chatty, "fp16");
    await assert.rejects(api.load("nobody", null, () => undefined, new AbortController().signal), { code: "model_not_found" });
    const abort = new AbortController();
    abort.abort();
    await assert.rejects(api.load("chatty", "int8", () => undefined, abort.signal), isCancelled);
  });
});
