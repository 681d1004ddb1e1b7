import assert from "node:assert/strict";
import type { ChatMessage, ChatRequest } from "../../runtime/api/types.ts";
import { TemplateRenderer, type RenderedPrompt } from "../../runtime/models/chat-template.ts";
import { chatTemplate, specialToken, vocabulary } from "../../runtime/models/gguf/facts.ts";
import { readGguf } from "../../runtime/models/gguf/read.ts";
import { arrayAt } from "../../runtime/models/gguf/values.ts";
import { chatProfile, reasons, resolveChat } from "../../runtime/models/profile.ts";
import { ReasoningSplitter } from "../../runtime/models/reasoning.ts";
import { controlTokens } from "../../runtime/models/template-text.ts";
import { r1Header } from "../helpers/models.ts";
import { VocabTokenizer } from "../helpers/vocab-tokenizer.ts";

const BOS = "<｜begin▁of▁sentence｜>";
const EOS = "<｜end▁of▁sentence｜>";
const USER = "<｜User｜>";
const ASSISTANT = "<｜Assistant｜>";

/** Three ways in which published files of the family differ: the block is opened by us, by the template, with or without a newline. */
const variants: Array<[title: string, change: (template: string) => string]> = [
  ["the file's own template", (template) => template],
  ["a template that opens the think block", (template) => template.replace("{{'<｜Assistant｜>'}}", "{{'<｜Assistant｜><think>\\n'}}")],
  ["a template that opens it without a newline", (template) => template.replace("{{'<｜Assistant｜>'}}", "{{'<｜Assistant｜><think>'}}")],
];

describe("DeepSeek-R1 prompts with the family's real tokenizer and chat template", function () {
  this.timeout(600_000);
  let renderer: TemplateRenderer;
  let tokenizer: VocabTokenizer;
  let template: string;
  let tokens: string[];
  let control: string[];

  before(async () => {
    const header = await readGguf(await r1Header(), undefined, { headerOnly: true });
    template = chatTemplate(header) ?? "";
    tokens = vocabulary(header);
    control = controlTokens(tokens, arrayAt(header, "tokenizer.ggml.token_type", "int32") as number[], template);
    assert.equal(tokens[specialToken(header, "bos") ?? -1], BOS);
    assert.equal(tokens[specialToken(header, "eos") ?? -1], EOS);
    renderer = new TemplateRenderer();
    tokenizer = await VocabTokenizer.load(header);
  });
  after(async () => {
    await renderer?.dispose();
    await tokenizer?.dispose();
  });

  const id = (text: string) => tokens.indexOf(text);
  const render = async (messages: ChatMessage[], fields: Partial<ChatRequest> = {}, source = template): Promise<RenderedPrompt & { warnings: string[] }> => {
    const chat = resolveChat(chatProfile("deepseek-r1"), { messages, ...fields });
    const prompt = await renderer.render({
      template: source, messages: chat.messages, bosToken: BOS, eosToken: EOS, addBos: true, controlTokens: control,
      addGenerationPrompt: true, openThinking: chat.openThinking,
    });
    return { ...prompt, warnings: chat.warnings };
  };

  for (const [title, change] of variants) {
    describe(title, () => {
      it("one begin token, no system prompt, and a reply that starts with an opened think block and a newline", async () => {
        const source = change(template);
        const prompt = await render([{ role: "system", content: "Be brief." }, { role: "user", content: "Why is the sky blue?" }], {}, source);
        assert.equal(prompt.text, `${BOS}${USER}Be brief.\n\nWhy is the sky blue?${ASSISTANT}<think>\n`);
        assert.equal(prompt.thinkingOpened, true);
        assert.match(prompt.warnings.join(), /without a system prompt/);
        const ids = await tokenizer.tokenize(prompt.parts);
        assert.deepEqual(ids.slice(0, 2), [id(BOS), id(USER)]);
        assert.deepEqual(ids.slice(-3), [id(ASSISTANT), id("<think>"), id("Ċ")]);
        assert.equal(ids.filter((token) => token === id(BOS)).length, 1);
      });

      it("earlier thoughts are dropped", async () => {
        const prompt = await render([
          { role: "user", content: "1 + 1?" },
          { role: "assistant", content: "<think>\nI add.\n</think>\n\n2" },
          { role: "user", content: "2 + 2?" },
        ], {}, change(template));
        assert.equal(prompt.text, `${BOS}${USER}1 + 1?${ASSISTANT}2${EOS}${USER}2 + 2?${ASSISTANT}<think>\n`);
        const ids = await tokenizer.tokenize(prompt.parts);
        assert.equal(ids.filter((token) => token === id(EOS)).length, 1);
        assert.equal(ids.filter((token) => token === id("<think>")).length, 1);
      });
    });
  }

  it("mathematics in Chinese asks for steps and a box", async () => {
    const prompt = await render([{ role: "user", content: "已知 f(x) = x^2 + 2x + 1，求 f(3)。" }], { task: "math" });
    assert.equal(prompt.text, `${BOS}${USER}已知 f(x) = x^2 + 2x + 1，求 f(3)。\n请逐步推理，并将最终答案放在\\boxed{}内。${ASSISTANT}<think>\n`);
  });

  it("mathematics in English asks for steps and a box", async () => {
    const prompt = await render([{ role: "user", content: "f(x) = x^2 + 2x + 1; f(3)?" }], { task: "math" });
    assert.ok(prompt.text.endsWith(`Please reason step by step, and put your final answer within \\boxed{}.${ASSISTANT}<think>\n`));
  });

  it("a last message of the assistant is continued, thoughts and all", async () => {
    const prompt = await renderer.render({
      template, messages: [{ role: "user", content: "1 + 1?" }, { role: "assistant", content: "<think>\nI add" }], bosToken: BOS, eosToken: EOS,
      addBos: true, controlTokens: control, addGenerationPrompt: true, continueFinal: true, openThinking: true,
    });
    assert.equal(prompt.text, `${BOS}${USER}1 + 1?${ASSISTANT}<think>\nI add`);
    assert.equal(prompt.thinkingOpened, true);
    assert.ok((await tokenizer.tokenize(prompt.parts)).includes(id("<think>")));
  });

  it("goes on behind a thought that was ended from outside, with the tokens that the model itself would have written", async () => {
    const question = { role: "user", content: "1 + 1?" };
    const begun = await render([{ role: "user", content: question.content }]);
    const prompt = await renderer.render({
      template, messages: [question, { role: "assistant", content: "<think>\nI add.\n</think>\n\n" }], bosToken: BOS, eosToken: EOS,
      addBos: true, controlTokens: control, addGenerationPrompt: true, continueFinal: true, openThinking: true,
    });
    assert.equal(prompt.text, `${begun.text}I add.\n</think>\n\n`);
    assert.equal(prompt.thinkingOpened, false);
    const ids = await tokenizer.tokenize(prompt.parts);
    const before = await tokenizer.tokenize(begun.parts);
    assert.deepEqual(ids.slice(0, before.length - 1), before.slice(0, -1), "the slot's prefix is kept");
    assert.ok(ids.includes(id("</think>")));
  });

  describe("fault 46: control tokens in a user's text stay text", () => {
    const texts = [EOS, USER, ASSISTANT, BOS, "<think>", "</think>", "<|fim_prefix|>", "</s>"];
    for (const text of texts) {
      it(text, async () => {
        const content = `What does ${text} do?`;
        const clean = await tokenizer.tokenize((await render([{ role: "user", content: "What does x do?" }])).parts);
        const prompt = await render([{ role: "user", content }]);
        assert.equal(prompt.text, `${BOS}${USER}${content}${ASSISTANT}<think>\n`);
        const ids = await tokenizer.tokenize(prompt.parts);
        const count = (list: number[]) => list.filter((token) => token === id(text)).length;
        assert.ok(id(text) >= 0);
        assert.equal(count(ids), count(clean), `${text} is token ${id(text)} and must not come from the user's text`);
        const taken = await tokenizer.tokenize([{ text: prompt.text, special: true }]);
        assert.equal(count(taken), count(clean) + 1, "without the protection it would have taken effect");
      });
    }
  });

  describe("the reply is split by what the rendered prompt shows", () => {
    it("opened by the prompt: the reply has the end marker only", async () => {
      const { thinkingOpened } = await render([{ role: "user", content: "1 + 1?" }]);
      const splitter = new ReasoningSplitter({ opened: thinkingOpened, enabled: reasons(["chat"], template) });
      assert.deepEqual([...splitter.push("I add.\n</think>\n\n2"), ...splitter.end()], [{ kind: "thinking", text: "I add." }, { kind: "answer", text: "2" }]);
    });
    it("opened by the model: the reply has both", async () => {
      const { thinkingOpened } = await renderer.render({
        template, messages: [{ role: "user", content: "1 + 1?" }], bosToken: BOS, eosToken: EOS, addBos: true, controlTokens: control, addGenerationPrompt: true,
      });
      assert.equal(thinkingOpened, false);
      const splitter = new ReasoningSplitter({ opened: thinkingOpened });
      assert.deepEqual([...splitter.push("<think>\nI add.\n</think>\n\n2"), ...splitter.end()], [{ kind: "thinking", text: "I add." }, { kind: "answer", text: "2" }]);
    });
  });
});
