import assert from "node:assert/strict";

import type { ChatChunk, ChatResponse } from "../../../../runtime/api/types.ts";
import { ChatReader } from "../../../../runtime/client/chat-reader.ts";
import { events, type FakeRuntime, startFakeRuntime } from "../fake-runtime.ts";

const CHAT = "/v1/chat/completions";
const ADD = { type: "function", function: { name: "add", parameters: { type: "object", properties: { a: { type: "number", minimum: 1 } }, required: ["a"] } } };
const NOW = { type: "function", function: { name: "now" } };
const ask = (over: object = {}): object => ({ model: "chatty", messages: [{ role: "user", content: "Hello you" }], tools: [ADD, NOW], ...over });
const CALL = '<tool_call>\n{"name": "add", "arguments": {"a": 1}}\n</tool_call>';

describe("tools of POST /v1/chat/completions", () => {
  let fake: FakeRuntime;
  beforeEach(async () => { fake = await startFakeRuntime(); });
  afterEach(() => fake.runtime.dispose());

  const whole = async (body: object): Promise<ChatResponse["choices"][number]> => {
    const response = await fake.call("POST", CHAT, body);
    const json = (await response.json()) as ChatResponse;
    assert.equal(response.status, 200, JSON.stringify(json));
    return json.choices[0] as ChatResponse["choices"][number];
  };

  it("a call in the reply is a call in the response", async () => {
    fake.engine.script(CALL);
    const { message, finish_reason: finish } = await whole(ask());
    assert.deepEqual([finish, message.content, message.tool_calls?.map((call) => call.function)], ["tool_calls", null, [{ name: "add", arguments: '{"a":1}' }]]);
  });

  it("text before a call stays, and what is no call stays text", async () => {
    fake.engine.script(`Let me see. ${CALL}`);
    assert.equal((await whole(ask())).message.content, "Let me see. ");
    fake.engine.script('<tool_call>{"name": "nosuch"}</tool_call>');
    const { message, finish_reason: finish } = await whole(ask());
    assert.deepEqual([finish, message.content, message.tool_calls], ["stop", '<tool_call>{"name": "nosuch"}</tool_call>', undefined]);
  });

  it("with tool_choice none nothing is a call", async () => {
    fake.engine.script(CALL);
    const { message, finish_reason: finish } = await whole(ask({ tool_choice: "none" }));
    assert.deepEqual([finish, message.content], ["stop", CALL]);
    assert.equal(fake.engine.requests[0]?.grammar, undefined);
  });

  it("a grammar holds the call: from the start where it must come, from the marker where the model decides", async () => {
    for (const choice of ["auto", "required", { type: "function", function: { name: "now" } }]) {
      fake.engine.script("Hello.");
      await whole(ask({ tool_choice: choice }));
    }
    const [auto, required, named] = fake.engine.requests;
    assert.deepEqual([auto?.grammarAfter, required?.grammarAfter, named?.grammarAfter], ["<tool_call>", undefined, undefined]);
    const schema = (required?.grammar as unknown as { schema: { oneOf: Array<{ properties: { name: unknown; arguments: unknown } }> } }).schema;
    assert.deepEqual(schema.oneOf.map(({ properties }) => properties.name), [{ const: "add" }, { const: "now" }]);
    assert.deepEqual(schema.oneOf[0]?.properties.arguments, { type: "object", properties: { a: { type: "number" } }, required: ["a"] });
    assert.deepEqual((named?.grammar as unknown as { schema: { properties: { name: unknown } } }).schema.properties.name, { const: "now" });
  });

  it("several calls in one reply are all calls, unless only one was asked for", async () => {
    fake.engine.options.reply = `${CALL}\n${CALL}`;
    assert.equal((await whole(ask())).message.tool_calls?.length, 2);
    assert.equal((await whole(ask({ parallel_tool_calls: false }))).message.tool_calls?.length, 1);
    await whole(ask({ tool_choice: "required" }));
    await whole(ask({ tool_choice: { type: "function", function: { name: "add" } } }));
    const markers = { open: "<tool_call>", close: "</tool_call>", most: 4 };
    const grammars = fake.engine.requests.map(({ grammar }) => (grammar?.kind === "json_schema" ? grammar.calls : null));
    assert.deepEqual(grammars, [{ ...markers, isOpen: true }, undefined, { ...markers, isOpen: false }, undefined]);
  });

  it("a call that was cut off falls away where whole ones stand before it, and is text where it stands alone", async () => {
    const cut = '<tool_call>\n{"name": "add", "argu';
    fake.engine.script(`${CALL}\n${cut}`);
    const { message } = await whole(ask());
    assert.deepEqual([message.content, message.tool_calls?.length], [null, 1]);
    fake.engine.script(cut);
    assert.equal((await whole(ask())).message.content, cut);
  });

  it("tools stand in the prompt, and results come back into it", async () => {
    fake.engine.script("It is 2.");
    await whole(ask({ messages: [
      { role: "user", content: "1 + 1?" },
      { role: "assistant", content: null, tool_calls: [{ id: "call-1", type: "function", function: { name: "add", arguments: '{"a":1}' } }] },
      { role: "tool", tool_call_id: "call-1", content: "2" },
    ] }));
    const prompt = fake.engine.vocabulary.decode(fake.engine.requests[0]?.tokens ?? new Uint32Array());
    assert.match(prompt, /"name":"add"[^]*1 \+ 1\?[^]*\{"name": "add", "arguments": \{"a":1\}\}[^]*<tool_response>\n2\n<\/tool_response>/);
  });

  it("streams text at once and a call at the end", async () => {
    fake.engine.script(`I look. ${CALL}`);
    const received = (await events(await fake.call("POST", CHAT, { ...ask(), stream: true }))) as Array<ChatChunk | "[DONE]">;
    const chunks = received.filter((chunk): chunk is ChatChunk => chunk !== "[DONE]");
    const deltas = chunks.map(({ choices }) => choices[0]?.delta ?? {});
    assert.equal(deltas.map(({ content }) => content ?? "").join(""), "I look. ");
    assert.deepEqual(deltas.flatMap(({ tool_calls: calls }) => calls ?? []).map(({ index, function: called }) => [index, called.name, called.arguments]), [[0, "add", '{"a":1}']]);
    assert.equal(chunks.at(-1)?.choices[0]?.finish_reason, "tool_calls");
    const reader = new ChatReader("chatty", false, () => undefined);
    for (const chunk of chunks) reader.push(chunk, 0);
    const { answer, toolCalls } = reader.finish("here", 0, 1, true);
    assert.deepEqual([answer, toolCalls?.map((call) => call.function)], ["I look. ", [{ name: "add", arguments: '{"a":1}' }]]);
  });
});

describe("ChatReader", () => {
  it("puts calls together that another server sends in parts, and takes no nonsense", () => {
    const reader = new ChatReader("m", true, () => undefined);
    const parts: unknown[] = [
      { index: 0, id: "a", type: "function", function: { name: "add", arguments: "" } }, { index: 0, function: { arguments: '{"a"' } }, { index: 1, id: "b", function: { name: "now" } }, { index: 0, function: { arguments: ":1}" } },
      null, "x", { index: -1 }, { index: 1e9, function: { name: "far" } }, { index: 0, function: { arguments: 5 } },
    ];
    for (const part of parts) reader.push({ choices: [{ index: 0, delta: { tool_calls: [part] }, finish_reason: null }] } as unknown as ChatChunk, 0);
    reader.push({ choices: [{ index: 0, delta: {}, finish_reason: "tool_calls" }] } as unknown as ChatChunk, 1);
    assert.deepEqual(reader.finish("there", 0, 1, true).toolCalls, [
      { id: "a", type: "function", function: { name: "add", arguments: '{"a":1}' } }, { id: "b", type: "function", function: { name: "now", arguments: "" } },
    ]);
  });
});
