import assert from "node:assert/strict";

import type { ChatResponse, ChatTool } from "../../runtime/api/types.ts";
import { judgeRequest, readMark } from "../../kernel/experiment/assert/judge.ts";
import { RuntimeModel } from "../../kernel/session/runtime-model.ts";
import { ToolModel } from "../../kernel/experiment/tools/tool-model.ts";
import { RealRuntime, SMOLLM2 } from "../helpers/real-runtime.ts";

const tool = (name: string, parameters: Record<string, unknown>): ChatTool => ({ type: "function", function: { name, description: `The ${name}.`, parameters } });
const CALCULATOR = tool("calculator", { type: "object", properties: { expression: { type: "string", maxLength: 20, pattern: "^[0-9 +*/-]+$" } }, required: ["expression"], additionalProperties: false });
const CLOCK = tool("clock", { type: "object", properties: { zone: { enum: ["utc", "local"] } }, required: ["zone"], additionalProperties: false });

describe("tools with real weights", function () {
  this.timeout(120_000);
  let real: RealRuntime;
  before(async () => {
    real = await RealRuntime.start();
  });
  after(() => real.dispose());

  it("a required call is a call of one of the tools, and the same each time", async () => {
    const ask = () => real.ask("What time is it?", { tools: [CALCULATOR, CLOCK], tool_choice: "required", max_tokens: 60 });
    const [reply, again] = [await ask(), await ask()];
    assert.equal(reply.answer, "");
    const [call] = reply.toolCalls ?? [];
    assert.ok(call !== undefined && ["calculator", "clock"].includes(call.function.name));
    assert.deepEqual(reply.toolCalls?.map((each) => each.function), again.toolCalls?.map((each) => each.function));
    assert.match(call.id, /^call-[0-9a-f]+$/);
  });

  it("a named tool is called with arguments of its schema", async () => {
    const reply = await real.ask("What is 48 / 3?", { tools: [CALCULATOR, CLOCK], tool_choice: { type: "function", function: { name: "clock" } }, max_tokens: 60 });
    const [call] = reply.toolCalls ?? [];
    assert.equal(call?.function.name, "clock");
    assert.match(call.function.arguments, /^\{"zone":"(utc|local)"\}$/);
  });

  it("a call that is cut off is text, and ends for its length", async () => {
    const reply = await real.ask("What is 48 / 3?", { tools: [CALCULATOR], tool_choice: "required", max_tokens: 4 });
    assert.deepEqual([reply.toolCalls, reply.finish], [undefined, "length"]);
    assert.match(reply.answer, /^\s*(?:\{|<tool_call)/);
  });

  it("where the model decides, text comes through as without tools", async () => {
    const reply = await real.ask("Say hello.", { tools: [CALCULATOR], max_tokens: 12 });
    assert.ok(reply.answer !== "" || reply.toolCalls !== undefined);
    const forbidden = await real.ask("Say hello.", { tools: [CALCULATOR], tool_choice: "none", max_tokens: 12 });
    assert.equal(forbidden.toolCalls, undefined);
    assert.ok(forbidden.answer !== "");
  });

  it("a reply without a stream has the call in OpenAI's shape, and takes its own messages back", async () => {
    const body = { model: SMOLLM2, messages: [{ role: "user", content: "What is 48 / 3?" }], tools: [CALCULATOR], tool_choice: { type: "function", function: { name: "calculator" } }, temperature: 0, max_tokens: 60 };
    const first = await post<ChatResponse>(real, body);
    const message = first.choices[0]?.message;
    assert.deepEqual([first.choices[0]?.finish_reason, message?.content, message?.tool_calls?.[0]?.function.name], ["tool_calls", null, "calculator"]);
    const messages = [...body.messages, message, { role: "tool", tool_call_id: message?.tool_calls?.[0]?.id, content: "16" }];
    const second = await post<ChatResponse>(real, { ...body, messages, tool_choice: "none", max_tokens: 8 });
    assert.ok((second.choices[0]?.message.content ?? "") !== "");
  });

  it("the loop calls the tool and ends with an answer", async () => {
    const called: unknown[] = [];
    const model = new ToolModel(new RuntimeModel(real.client), [{ name: "clock", description: "", parameters: CLOCK.function.parameters ?? {} }], async (name, args) => {
      called.push([name, args]);
      return "12:00";
    }, () => undefined);
    const reply = await model.ask({ model: SMOLLM2, messages: [{ role: "user", content: "What time is it?" }], tools: [CLOCK], tool_choice: "required", temperature: 0, max_tokens: 40 }, () => undefined, new AbortController().signal);
    assert.ok(called.length >= 1);
    assert.equal(reply.steps?.[0]?.result, "12:00");
    assert.ok(reply.answer !== "");
    assert.ok(reply.timings.predicted_tokens > 10 && reply.timings.e2e_ms > 0);
  });

  it("a judge's mark is always one of the scale", async () => {
    const scale = [1, 5] as const;
    const request = judgeRequest({ kind: "judge", rubric: "Is it right?", scale, at_least: 4 }, "It is 16.", [{ role: "user", content: "What is 48 / 3?" }]);
    const { answer } = await new RuntimeModel(real.client).ask({ model: SMOLLM2, ...request, temperature: 0, seed: 0, max_tokens: 160 }, () => undefined, new AbortController().signal);
    const mark = readMark(answer, scale);
    assert.ok(mark !== null && mark.score >= 1 && mark.score <= 5, answer);
  });
});

async function post<T>(real: RealRuntime, body: unknown): Promise<T> {
  const response = await fetch(`${real.client.url}/v1/chat/completions`, { method: "POST", headers: { authorization: `Bearer ${real.token ?? ""}`, "content-type": "application/json" }, body: JSON.stringify(body) });
  const text = await response.text();
  assert.equal(response.status, 200, text);
  return JSON.parse(text) as T;
}
