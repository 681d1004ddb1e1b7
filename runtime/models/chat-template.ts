import type { ChatTool } from "../api/types.ts";
import type { PromptPart } from "../engine/engine.ts";
import { RetortError } from "../errors.ts";
import type { Disposable } from "../dispose.ts";
import { chooseLayout, type Layout } from "./template-layout.ts";
import { THINK_CLOSE, THINK_OPEN } from "./reasoning.ts";
import { TemplateProcess } from "./template-process.ts";
import { TEMPLATE_TIME_MS, type TemplateMessage } from "./template-protocol.ts";
import { protectMessages } from "./template-text.ts";

/** A conversation and the model-file facts that turn it into a prompt. */
export interface RenderRequest {
  /** `tokenizer.chat_template` of the GGUF; null where it has none. */
  template: string | null;
  messages: readonly TemplateMessage[];
  /** For a template that knows tools. */
  tools?: readonly ChatTool[];
  /** Text of the begin and end tokens; "" where there is none. */
  bosToken: string;
  eosToken: string;
  /** The model wants a begin token (`LoadedModel.addBos`): put in front where the template has not done so. */
  addBos: boolean;
  /** Texts that must stay text inside a message, from `controlTokens()`. Pass the same array each time: it is a cache key. */
  controlTokens: readonly string[];
  /** End with the header of the assistant's reply. */
  addGenerationPrompt: boolean;
  /** End inside the last message, which must be the assistant's, so that the model goes on with it. */
  continueFinal?: boolean;
  /** Open a think block where the template has not: the model must not skip its reasoning. */
  openThinking?: boolean;
}

export interface RenderedPrompt {
  parts: PromptPart[];
  /** All parts joined. */
  text: string;
  /** The prompt ends inside a think block, so the reply starts with reasoning and has only the closing marker. */
  thinkingOpened: boolean;
  layout: Layout["kind"];
  /** Strings that end a reply in this layout, beside the model's end token. */
  stop: string[];
}

/** Renders chat templates in a process of their own, within a budget of time, memory and text. Warm renderings take well under 2 ms. */
export class TemplateRenderer implements Disposable {
  readonly #process: TemplateProcess;

  /** `timeMs`: time for one rendering. */
  constructor(timeMs = TEMPLATE_TIME_MS) {
    this.#process = new TemplateProcess(timeMs);
  }

  /** Starts the template process, so that the first prompt need not wait for it. */
  async warm(): Promise<void> {
    await this.#process.start();
  }

  /** Throws `template_error` (broken, or it refuses these messages) and `template_budget` (too slow, too large). */
  async render(request: RenderRequest): Promise<RenderedPrompt> {
    const layout = chooseLayout(request.template, request.controlTokens);
    const safe = protectMessages(request.messages, request.controlTokens, request.tools);
    if (request.continueFinal && hasClosedThought(request.messages)) return this.#behindThought(request, safe.messages, safe.split);
    const final = request.continueFinal ? markEnd(safe.messages) : null;
    const rendered = await this.#process.render({
      template: layout.template,
      variables: {
        messages: final?.messages ?? safe.messages,
        bos_token: request.bosToken,
        eos_token: request.eosToken,
        add_generation_prompt: request.addGenerationPrompt && final === null,
        ...(safe.tools === undefined ? {} : { tools: safe.tools }),
      },
    });
    const parts = safe.split(final ? final.cut(rendered) : rendered);
    addBegin(parts, request);
    const opensReply = request.addGenerationPrompt && final === null;
    if (request.openThinking && opensReply) openThinking(parts);
    return {
      parts,
      text: parts.map((part) => part.text).join(""),
      thinkingOpened: final ? endsInsideThinking(request.messages.at(-1)?.content ?? "") : opensReply && endsWithOpenThinking(parts),
      layout: layout.kind,
      stop: layout.stop,
    };
  }

  /** Templates drop the thoughts of messages, the last one included: so it goes behind the opening of a reply, as the model itself would have written it. */
  async #behindThought(request: RenderRequest, safe: readonly TemplateMessage[], split: (text: string) => PromptPart[]): Promise<RenderedPrompt> {
    const prompt = await this.render({ ...request, messages: request.messages.slice(0, -1), continueFinal: false, addGenerationPrompt: true, openThinking: true });
    const content = safe.at(-1)?.content ?? "";
    // Where the template has closed the block already, it is only the answer that goes on.
    const from = prompt.thinkingOpened ? content.indexOf(THINK_OPEN) + THINK_OPEN.length : content.indexOf(THINK_CLOSE) + THINK_CLOSE.length;
    const added = split(content.slice(from).replace(/^\n+/, ""));
    const parts = [...prompt.parts, ...added];
    return { ...prompt, parts, text: parts.map((part) => part.text).join(""), thinkingOpened: false };
  }

  async dispose(): Promise<void> {
    await this.#process.dispose();
  }
}

/** The last message is the assistant's and begins with a whole think block. */
function hasClosedThought(messages: readonly TemplateMessage[]): boolean {
  const last = messages.at(-1);
  return last?.role === "assistant" && last.content.trimStart().startsWith(THINK_OPEN) && last.content.includes(THINK_CLOSE);
}

/** The end of the last message, found again in the rendered text whatever the template puts behind it. */
function markEnd(messages: readonly TemplateMessage[]): { messages: TemplateMessage[]; cut(text: string): string } {
  const last = messages.at(-1);
  if (last?.role !== "assistant") {
    throw new RetortError({ code: "invalid_request", message: "Only a last message of the assistant can be continued.", hint: "End `messages` with an assistant message.", status: 400, param: "messages" });
  }
  const mark = `e${crypto.randomUUID().replaceAll("-", "")}`;
  return {
    messages: [...messages.slice(0, -1), { ...last, content: last.content + mark }],
    cut: (text) => {
      const at = text.lastIndexOf(mark);
      if (at < 0) throw new RetortError({ code: "template_error", message: "The model's chat template leaves the last message out, so it cannot be continued.", hint: "End `messages` with a user message.", status: 422 });
      return text.slice(0, at);
    },
  };
}

function addBegin(parts: PromptPart[], request: RenderRequest): void {
  if (request.addBos && request.bosToken !== "" && !parts[0]?.text.startsWith(request.bosToken)) {
    parts.unshift({ text: request.bosToken, special: true });
  }
}

/** Appends what is missing of `<think>\n`. A template that opens and closes the block has decided against thinking. */
function openThinking(parts: PromptPart[]): void {
  const tail = parts.at(-1)?.text ?? "";
  if (endsWithOpenThinking(parts)) {
    if (!tail.endsWith("\n")) parts.push({ text: "\n", special: true });
  } else if (!tail.trimEnd().endsWith(THINK_CLOSE)) {
    parts.push({ text: `${THINK_OPEN}\n`, special: true });
  }
}

/** Read from the template's own text only: a user's message cannot open a block. */
function endsWithOpenThinking(parts: readonly PromptPart[]): boolean {
  const tail = parts.filter((part) => part.special).slice(-2).map((part) => part.text).join("");
  return parts.at(-1)?.special === true && tail.trimEnd().endsWith(THINK_OPEN);
}

function endsInsideThinking(text: string): boolean {
  return text.lastIndexOf(THINK_OPEN) > text.lastIndexOf(THINK_CLOSE);
}
