import type { ChatMessage } from "../../../runtime/api/types.ts";
import { RetortError } from "../../../runtime/errors.ts";
import type { Model, ModelDelta, ModelReply, ModelRequest } from "../model.ts";
import { combineReplies } from "./combine-replies.ts";
import { runCall } from "./run-call.ts";
import type { CallTool, ToolDefinition, ToolStep } from "./tool.ts";

/** Replies with calls in one run; a model that has no answer then is going round in circles. */
export const MAX_STEPS = 8;

/** A model that gets its calls of tools answered, until it answers itself. Requests without `tools` pass through. */
export class ToolModel implements Model {
  readonly #model: Model;
  readonly #tools: readonly ToolDefinition[];
  readonly #call: CallTool;
  readonly #onStep: (step: ToolStep) => void;

  constructor(model: Model, tools: readonly ToolDefinition[], call: CallTool, onStep: (step: ToolStep) => void) {
    this.#model = model;
    this.#tools = tools;
    this.#call = call;
    this.#onStep = onStep;
  }

  /** Rejects as the model does, and with `too_many_tool_steps`. */
  async ask(request: ModelRequest, onDelta: (delta: ModelDelta) => void, signal: AbortSignal): Promise<ModelReply> {
    if (request.tools === undefined) return this.#model.ask(request, onDelta, signal);
    const started = performance.now();
    const { response_format: format, ...free } = request;
    const messages = [...request.messages];
    const replies: ModelReply[] = [];
    const steps: ToolStep[] = [];
    // Only the first reply is held to a call: the result of one is what an answer is made from.
    let choice = request.tool_choice ?? "auto";
    for (let step = 1; ; step++) {
      const reply = await this.#model.ask({ ...free, messages: [...messages], tool_choice: choice }, onDelta, signal);
      replies.push(reply);
      const calls = reply.toolCalls ?? [];
      if (calls.length === 0) break;
      if (step > MAX_STEPS) throw tooManySteps(steps);
      messages.push({ role: "assistant", content: reply.answer, tool_calls: calls });
      for (const call of calls) {
        const done = await runCall(call, step, this.#tools, this.#call, signal);
        steps.push(done);
        this.#onStep(done);
        messages.push({ role: "tool", content: done.result, tool_call_id: call.id } satisfies ChatMessage);
      }
      choice = choice === "none" ? "none" : "auto";
    }
    // A reply cannot be held to a form and be free to call: the answer in its form is asked for last.
    if (format !== undefined) replies.push(await this.#model.ask({ ...request, messages, tool_choice: "none" }, onDelta, signal));
    const { toolCalls: _calls, ...reply } = combineReplies(replies, performance.now() - started);
    return { ...reply, steps };
  }
}

function tooManySteps(steps: readonly ToolStep[]): RetortError {
  const last = steps.at(-1);
  return new RetortError({
    code: "too_many_tool_steps",
    message: `The model called tools in ${MAX_STEPS} replies and still has no answer; the last call was ${last?.tool ?? "?"}(${JSON.stringify(last?.arguments ?? null).slice(0, 100)}).`,
    hint: "Say in the prompt when to stop calling, or take another model: small ones call the same tool again and again.",
    status: 502,
  });
}
