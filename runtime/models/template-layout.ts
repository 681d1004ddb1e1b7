/** How a conversation becomes text, and which strings then end a reply beside the model's own end token. */
export interface Layout {
  kind: "template" | "chatml" | "plain";
  template: string;
  stop: string[];
}

const CHATML = "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}";

/** For models without chat tokens: `User: …`, `Assistant: …`, separated by an empty line. */
const PLAIN = "{{ bos_token }}{% for m in messages %}{% if m.role != 'system' %}{{ m.role|capitalize }}: {% endif %}{{ m.content }}\n\n{% endfor %}{% if add_generation_prompt %}Assistant:{% endif %}";

/** The file's own template; without one ChatML where the vocabulary has its tokens, else a plain dialogue. */
export function chooseLayout(template: string | null, controlTokens: readonly string[]): Layout {
  if (template !== null && template.trim() !== "") return { kind: "template", template, stop: [] };
  if (controlTokens.includes("<|im_start|>") && controlTokens.includes("<|im_end|>")) {
    return { kind: "chatml", template: CHATML, stop: ["<|im_end|>"] };
  }
  return { kind: "plain", template: PLAIN, stop: ["\nUser:"] };
}
