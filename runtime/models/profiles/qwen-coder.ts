import { plainChat } from "./plain-chat.ts";
import type { ChatProfile } from "./profile-types.ts";

/** Qwen2.5-Coder: a plain chat model whose usual task is code. */
export const qwenCoder: ChatProfile = { ...plainChat, name: "qwen-coder", defaultTask: "code" };
