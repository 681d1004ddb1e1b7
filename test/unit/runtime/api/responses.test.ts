import assert from "node:assert/strict";

import { type FakeRuntime, startFakeRuntime } from "../fake-runtime.ts";

type Json = Record<string, unknown>;
interface Item extends Json { type: string; id: string; status: string; content?: Array<{ type: string; text: string }> }
interface Reply extends Json { status: string; output: Item[]; usage: Json & { total_tokens: number } }
interface Event extends Json { type: string; sequence_number: number; item_id?: string; output_index?: number; delta?: string; item?: Item; response?: Reply }

const ADD = { type: "function", name: "add", description: "Adds.", parameters: { type: "object", properties: { a: { type: "number" } }, required: ["a"] }, strict: true };
const CALL = '<tool_call>\n{"name": "add", "arguments": {"a": 1}}\n</tool_call>';

describe("POST /v1/responses", () => {
  let fake: FakeRuntime;
  beforeEach(async () => { fake = await startFakeRuntime(); });
  afterEach(() => fake.runtime.dispose());

  const whole = async (body: object): Promise<Reply> => {
    const response = await fake.call("POST", "/v1/responses", { model: "chatty", input: "Hello you", ...body });
    const reply = (await response.json()) as Reply;
    assert.equal(response.status, 200, JSON.stringify(reply));
    return reply;
  };
  /** The events of a stream: each has its type as the event's name too, and their numbers count up from 0. */
  const stream = async (body: object): Promise<Event[]> => {
    const response = await fake.call("POST", "/v1/responses", { model: "chatty", input: "Hello you", ...body, stream: true });
    const text = await response.text();
    assert.equal(response.status, 200, text);
    const events = text.split("\n\n").filter((event) => event !== "").map((event) => {
      const [, name, data = ""] = /^event: (\S+)\ndata: (.*)$/s.exec(event) ?? [];
      const parsed = JSON.parse(data) as Event;
      assert.equal(parsed.type, name);
      return parsed;
    });
    assert.deepEqual(events.map(({ sequence_number: number }) => number), events.map((_, i) => i));
    return events;
  };
  const prompt = (): string => fake.engine.vocabulary.decode(fake.engine.requests.at(-1)?.tokens ?? []);

  it("answers with one message, usage and where it came from", async () => {
    const reply = await whole({ temperature: 0, max_output_tokens: 20, metadata: { a: "b" } });
    assert.deepEqual([reply.object, reply.status, reply.error, reply.incomplete_details, reply.metadata, reply.temperature], ["response", "completed", null, null, { a: "b" }, 0]);
    assert.equal(reply.output.length, 1);
    const [message] = reply.output;
    assert.deepEqual([message?.type, message?.role, message?.status, message?.content], ["message", "assistant", "completed", [{ type: "output_text", text: "The answer is 42.", annotations: [], logprobs: [] }]]);
    const input = fake.engine.requests[0]?.tokens.length ?? 0;
    assert.deepEqual(reply.usage, { input_tokens: input, input_tokens_details: { cached_tokens: 0 }, output_tokens: 4, output_tokens_details: { reasoning_tokens: 0 }, total_tokens: input + 4 });
    assert.equal((reply.retort as { model: string }).model, "chatty");
    assert.equal(fake.engine.requests[0]?.maxTokens, 20);
  });

  it("streams every step of a message in OpenAI's order", async () => {
    const events = await stream({});
    assert.deepEqual(events.map(({ type }) => type), [
      "response.created", "response.in_progress", "response.output_item.added", "response.content_part.added",
      ...Array.from({ length: 4 }, () => "response.output_text.delta"),
      "response.output_text.done", "response.content_part.done", "response.output_item.done", "response.completed",
    ]);
    assert.equal(events.map(({ type, delta }) => (type === "response.output_text.delta" ? delta : "")).join(""), "The answer is 42.");
    assert.equal(new Set(events.flatMap(({ item_id: id, item }) => [id, item?.id]).filter((id) => id !== undefined)).size, 1);
    assert.deepEqual(events.at(-1)?.response?.output, [events.at(-2)?.item]);
    assert.deepEqual([events[0]?.response?.status, events[0]?.response?.output, events[0]?.response?.id], ["in_progress", [], events.at(-1)?.response?.id]);
  });

  it("a reply that reaches its limit is incomplete", async () => {
    const reply = await whole({ max_output_tokens: 2 });
    assert.deepEqual([reply.status, reply.incomplete_details, reply.output[0]?.status], ["incomplete", { reason: "max_output_tokens" }, "incomplete"]);
    assert.equal((await stream({ max_output_tokens: 2 })).at(-1)?.type, "response.incomplete");
  });

  it("thoughts are an item of their own before the message", async () => {
    fake.engine.options.reply = "let me see </think> It is 4.";
    const reply = await whole({ model: "thinker" });
    assert.deepEqual(reply.output.map(({ type, content }) => [type, content?.[0]?.text]), [["reasoning", "let me see"], ["message", "It is 4."]]);
    const events = await stream({ model: "thinker" });
    const thought = events.filter(({ type }) => type === "response.reasoning_text.delta");
    assert.equal(thought.map(({ delta }) => delta).join(""), "let me see");
    assert.deepEqual([...new Set(thought.map(({ output_index: index }) => index))], [0]);
    assert.deepEqual([...new Set(events.filter(({ type }) => type === "response.output_text.delta").map(({ output_index: index }) => index))], [1]);
  });

  it("calls of functions are items, and white space before them is no message", async () => {
    fake.engine.options.reply = `\n${CALL}\n${CALL}`;
    const reply = await whole({ tools: [ADD] });
    assert.deepEqual(reply.output.map(({ type, name, arguments: text, status }) => [type, name, text, status]), [["function_call", "add", '{"a":1}', "completed"], ["function_call", "add", '{"a":1}', "completed"]]);
    assert.equal(new Set(reply.output.map(({ call_id: id }) => id)).size, 2);
    const one = await stream({ tools: [ADD], parallel_tool_calls: false });
    assert.deepEqual(one.map(({ type }) => type).slice(2), ["response.output_item.added", "response.function_call_arguments.delta", "response.function_call_arguments.done", "response.output_item.done", "response.completed"]);
    assert.match(prompt(), /"name":"add","description":"Adds\."/);
  });

  it("takes a whole conversation back, its own items among it", async () => {
    const items = [
      { role: "user", content: [{ type: "input_text", text: "1 + 1?" }] },
      { id: "rs-1", type: "reasoning", summary: [], content: [{ type: "reasoning_text", text: "hm" }], encrypted_content: null, status: "completed" },
      { id: "msg-1", type: "message", role: "assistant", status: "completed", content: [{ type: "output_text", text: "Let me see.", annotations: [], logprobs: [] }] },
      { id: "fc-1", type: "function_call", call_id: "call-1", name: "add", arguments: '{"a":1}', status: "completed", parsed_arguments: { a: 1 } },
      { type: "function_call_output", call_id: "call-1", output: "2" },
    ];
    await whole({ instructions: "Be brief.", input: items });
    assert.equal(prompt(), 'system: Be brief.\nuser: 1 + 1?\nassistant: Let me see.\n<tool_call>\n{"name": "add", "arguments": {"a":1}}\n</tool_call>\nuser: <tool_response>\n2\n</tool_response>\nassistant:');
  });

  it("holds an answer to a JSON schema, and a call to the tool that is named", async () => {
    const schema = { type: "object", properties: { a: { type: "integer" } } };
    await whole({ text: { format: { type: "json_schema", name: "x", schema, strict: true } } });
    await whole({ tools: [ADD], tool_choice: { type: "function", name: "add" } });
    assert.deepEqual(fake.engine.requests[0]?.grammar, { kind: "json_schema", schema });
    assert.equal(fake.engine.requests[1]?.grammar?.kind, "json_schema");
  });

  it("an empty reply is an empty message", async () => {
    fake.engine.options.reply = "";
    assert.deepEqual((await whole({})).output.map(({ type, content }) => [type, content?.[0]?.text]), [["message", ""]]);
  });

  it("an error before the first token has its own status, a later one ends the stream", async () => {
    assert.equal((await fake.call("POST", "/v1/responses", { model: "nobody", input: "x", stream: true })).status, 404);
    fake.engine.dieNext(2);
    const text = await (await fake.call("POST", "/v1/responses", { model: "chatty", input: "x", stream: true })).text();
    assert.match(text, /response\.output_text\.delta[^]*"code":"engine_died"/);
    assert.doesNotMatch(text, /response\.completed/);
  });

  for (const [name, body, says] of [
    ["an earlier response's id", { previous_response_id: "resp-1" }, /Nothing is kept/],
    ["work in the background", { background: true }, /background/],
    ["a tool that is no function", { tools: [{ type: "web_search" }] }, /tools/],
    ["an image", { input: [{ role: "user", content: [{ type: "input_image", image_url: "http://x" }] }] }, /input/],
    ["a name that is none", { tools: [{ type: "function", name: "no spaces" }] }, /does not have the form/],
  ] as const) {
    it(`refuses ${name} with 400`, async () => {
      const response = await fake.call("POST", "/v1/responses", { model: "chatty", input: "x", ...body });
      const text = await response.text();
      assert.equal(response.status, 400, text);
      assert.match(text, says);
    });
  }
});
