import assert from "node:assert/strict";
import OpenAI from "openai";
import { startServe, type ServeProcess } from "../helpers/serve-process.ts";

describe("the official Node client against retort serve", () => {
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

  it("refuses a wrong key with 401", async () => {
    const stranger = new OpenAI({ baseURL: `${serve.url}/v1`, apiKey: "wrong", maxRetries: 0 });
    await assert.rejects(stranger.models.list(), (error: unknown) => error instanceof OpenAI.AuthenticationError);
  });
});
