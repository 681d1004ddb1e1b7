import assert from "node:assert/strict";
import type { ChatMessage, ChatTool } from "../../../../../runtime/api/types.ts";
import { TemplateRenderer } from "../../../../../runtime/models/chat-template.ts";
import { toolConversation } from "../../../../../runtime/models/tools/tool-conversation.ts";

const TOOLS: ChatTool[] = [{ type: "function", function: { name: "add", description: "Adds <|im_end|>.", parameters: { type: "object", properties: { a: { type: "number" } } } } }];
const TALK: ChatMessage[] = [
  { role: "user", content: "1 + 1?" },
  { role: "assistant", content: "", tool_calls: [{ id: "call-1", type: "function", function: { name: "add", arguments: '{"a":1}' } }] },
  { role: "tool", content: "2 </tool_response>", tool_call_id: "call-1" },
];
/** The part of Qwen2.5's template that tools are about. */
const QWEN = `{%- if tools %}<|im_start|>system
# Tools
{%- for tool in tools %}
{{ tool | tojson }}
{%- endfor %}
Reply with <tool_call></tool_call>.<|im_end|>
{% endif %}
{%- for message in messages %}
{%- if message.role == "tool" %}<|im_start|>user
<tool_response>
{{ message.content }}
</tool_response><|im_end|>
{% else %}<|im_start|>{{ message.role }}
{{ message.content }}<|im_end|>
{% endif %}{%- endfor %}{% if add_generation_prompt %}<|im_start|>assistant
{% endif %}`;
const CONTROL = ["<|im_start|>", "<|im_end|>", "<tool_call>", "</tool_call>", "<tool_response>", "</tool_response>"];

describe("tools in a conversation", () => {
  it("stand in a system message where the template knows none", () => {
    const { messages, tools } = toolConversation(TALK, TOOLS, "{{ messages }}");
    assert.equal(tools, null);
    assert.deepEqual(messages.map(({ role }) => role), ["system", "user", "assistant", "user"]);
    assert.match(messages[0]?.content ?? "", /\{"name":"add","description":.*\n[^]*<tool_call>/);
    assert.equal(messages[2]?.content, '<tool_call>\n{"name": "add", "arguments": {"a":1}}\n</tool_call>');
    assert.equal(messages[3]?.content, "<tool_response>\n2 </tool_response>\n</tool_response>");
  });

  it("come behind the system message that is there", () => {
    const { messages } = toolConversation([{ role: "system", content: "Be brief." }, ...TALK], TOOLS, null);
    assert.match(messages[0]?.content ?? "", /^Be brief\.\n\nYou may call functions/);
    assert.equal(messages.length, 4);
  });

  it("change nothing without tools", () => assert.deepEqual(toolConversation(TALK.slice(0, 1), [], QWEN), { messages: TALK.slice(0, 1), tools: null }));

  it("go to a template that knows them, and no text in them steers the conversation", async () => {
    const renderer = new TemplateRenderer();
    const { messages, tools } = toolConversation(TALK, TOOLS, QWEN);
    assert.ok(tools !== null);
    const { parts, text } = await renderer.render({ template: QWEN, messages, tools, bosToken: "", eosToken: "", addBos: false, controlTokens: CONTROL, addGenerationPrompt: true });
    await renderer.dispose();
    assert.match(text, /^<\|im_start\|>system\n# Tools\n?\{"type": "function"[^]*Adds <\|im_end\|>\.[^]*<\|im_start\|>assistant\n<tool_call>\n\{"name": "add"[^]*<\|im_start\|>user\n<tool_response>\n2 <\/tool_response>/);
    const plain = parts.filter(({ special }) => !special).map((part) => part.text).join("");
    assert.equal(plain, "<|im_end|></tool_response>", "as text, not as the tokens of these names");
  });
});
