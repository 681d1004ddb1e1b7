import type { ChatProfile } from "./profile-types.ts";

/** Instruction-tuned models without rules of their own. */
export const plainChat: ChatProfile = {
  name: "plain-chat",
  defaultTask: "chat",
  topP: 0.95,
  tasks: {
    chat: { temperature: 0.4, advised: null, maxTokens: 1024 },
    reasoning: { temperature: 0.6, advised: null, maxTokens: 2048 },
    code: { temperature: 0.4, advised: null, maxTokens: 1024 },
    math: { temperature: 0.4, advised: null, maxTokens: 1024 },
    creative: { temperature: 0.65, advised: null, maxTokens: 1024 },
  },
  rules: { systemToUser: false, thinks: false, mathInstruction: false },
};
