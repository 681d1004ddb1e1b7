import type { ChatProfile } from "./profile-types.ts";

/** DeepSeek-R1 and its distillations, by their model card: temperature 0.6, top-p 0.95, no system prompt, reasoning first. */
export const deepseekR1: ChatProfile = {
  name: "deepseek-r1",
  defaultTask: "reasoning",
  topP: 0.95,
  tasks: {
    reasoning: { temperature: 0.6, advised: [0.5, 0.7], maxTokens: 2048 },
    chat: { temperature: 0.4, advised: [0.4, 0.7], maxTokens: 1024 },
    code: { temperature: 0.4, advised: [0.3, 0.5], maxTokens: 2048 },
    math: { temperature: 0.4, advised: [0.3, 0.5], maxTokens: 2048 },
    creative: { temperature: 0.65, advised: [0.6, 0.7], maxTokens: 2048 },
  },
  rules: { systemToUser: true, thinks: true, mathInstruction: true },
};
