import assert from "node:assert/strict";
import OpenAI from "openai";
import { startServe, type ServeProcess } from "../helpers/serve-process.ts";

describe("the official Node client against retort serve", function () {
  this.timeout(120_000);
  let serve: ServeProcess;
  let client: OpenAI;
  before(async () => {
    serve = await startServe(["--model", "smollm2-135m", "--api-key", "secret-key"]);
    client = new OpenAI({ baseURL: `${serve.url}/v1`, apiKey: "secret-key", maxRetries: 0 });
  });
  after(() => serve.dispose());

  const messages = [{ role: "user" as const, content: "Count from one to five." }];

  it("chats, and says the same twice at temperature 0", async () => {
    const ask = (): Promise<OpenAI.ChatCompletion> => client.chat.completions.create({ model: "smollm2-135m", messages, temperature: 0, max_tokens: 16 });
    const first = await ask();
    const second = await ask();
    assert.ok(first.choices[0]?.message.content);
    assert.equal(second.choices[0]?.message.content, first.choices[0]?.message.content);
  });

  it("streams with usage", async () => {
    const stream = await client.chat.completions.create({ model: "smollm2-135m", messages, max_tokens: 16, stream: true, stream_options: { include_usage: true } });
    let text = "";
    let usage: OpenAI.CompletionUsage | null | undefined;
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? "";
      usage = chunk.usage ?? usage;
    }
    assert.ok(text.length > 0);
    assert.equal(usage?.total_tokens, (usage?.prompt_tokens ?? 0) + (usage?.completion_tokens ?? 0));
  });

  it("stops on abort, and the next request is served", async () => {
    const stream = await client.chat.completions.create({ model: "smollm2-135m", messages: [{ role: "user", content: "Write a long story." }], max_tokens: 2000, stream: true });
    let chunks = 0;
    for await (const _ of stream) if (++chunks === 5) break;
    const next = await client.chat.completions.create({ model: "smollm2-135m", messages, max_tokens: 4 });
    assert.equal(next.choices.length, 1);
  });

  const clock = { name: "clock", description: "Tells the time.", parameters: { type: "object", properties: { zone: { enum: ["utc", "local"] } }, required: ["zone"], additionalProperties: false } };

  it("calls a function, streamed, and takes its result back", async () => {
    const tools = [{ type: "function" as const, function: clock }];
    const stream = client.chat.completions.stream({ model: "smollm2-135m", messages, tools, tool_choice: "required", parallel_tool_calls: false, temperature: 0, max_tokens: 60 });
    const reply = (await stream.finalChatCompletion()).choices[0]?.message;
    const [call] = reply?.tool_calls ?? [];
    assert.ok(reply !== undefined && call?.type === "function");
    assert.deepEqual([call.function.name, Object.keys(JSON.parse(call.function.arguments) as object)], ["clock", ["zone"]]);
    const next = await client.chat.completions.create({ model: "smollm2-135m", messages: [...messages, reply, { role: "tool", tool_call_id: call.id, content: "12:00" }], tools, tool_choice: "none", temperature: 0, max_tokens: 8 });
    assert.ok(next.choices[0]?.message.content);
  });

  it("gives a response: its text, its events put together, and its id", async () => {
    const request = { model: "smollm2-135m", input: "Count from one to five.", temperature: 0, max_output_tokens: 16 };
    const { data: whole, request_id: id } = await client.responses.create(request).withResponse();
    assert.ok(whole.output_text.length > 0 && id !== null && /^req-/.test(id));
    assert.equal(whole.usage?.total_tokens, (whole.usage?.input_tokens ?? 0) + (whole.usage?.output_tokens ?? 0));
    let text = "";
    const stream = client.responses.stream(request);
    stream.on("response.output_text.delta", ({ delta }) => { text += delta; });
    const streamed = await stream.finalResponse();
    assert.deepEqual([text, streamed.output_text], [whole.output_text, whole.output_text]);
  });

  it("gives a call of a function as a response, and goes on with its output", async () => {
    const tools = [{ type: "function" as const, strict: true, ...clock }];
    const stream = client.responses.stream({ model: "smollm2-135m", input: "What time is it?", tools, tool_choice: { type: "function", name: "clock" }, temperature: 0, max_output_tokens: 60 });
    const { output } = await stream.finalResponse();
    const call = output.find((item) => item.type === "function_call");
    assert.ok(call !== undefined);
    assert.deepEqual([call.name, Object.keys(JSON.parse(call.arguments) as object)], ["clock", ["zone"]]);
    const input: OpenAI.Responses.ResponseInput = [{ role: "user", content: "What time is it?" }, call, { type: "function_call_output", call_id: call.call_id, output: "12:00" }];
    const next = await client.responses.create({ model: "smollm2-135m", input, temperature: 0, max_output_tokens: 8 });
    assert.ok(next.output_text.length > 0);
  });

  it("refuses a wrong key with 401", async () => {
    const stranger = new OpenAI({ baseURL: `${serve.url}/v1`, apiKey: "wrong", maxRetries: 0 });
    await assert.rejects(stranger.models.list(), (error: unknown) => error instanceof OpenAI.AuthenticationError);
  });
});
