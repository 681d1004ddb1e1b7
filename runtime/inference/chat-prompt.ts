import type { ChatRequest } from "../api/types.ts";
import type { RenderedPrompt } from "../models/chat-template.ts";
import type { ModelEntry } from "../models/model.ts";
import { chatProfile, resolveChat, type ResolvedChat } from "../models/profile.ts";
import { toolConversation } from "../models/tools/tool-conversation.ts";
import type { ReadyModel } from "./loaded-model.ts";
import type { PromptRenderer } from "./ports.ts";

/** A chat request with the model's own rules and template applied. */
export interface ChatPrompt {
  chat: ResolvedChat;
  rendered: RenderedPrompt;
}

/** Puts a conversation, and the tools that are offered, into the model's own form. */
export async function chatPrompt(renderer: PromptRenderer, entry: ModelEntry, { facts, engine }: ReadyModel, request: Omit<ChatRequest, "model">): Promise<ChatPrompt> {
  const conversation = toolConversation(request.messages, request.tools ?? [], facts.chatTemplate);
  const chat = resolveChat(chatProfile(entry.profile), { ...request, messages: conversation.messages });
  const rendered = await renderer.render({
    template: facts.chatTemplate,
    messages: chat.messages,
    ...(conversation.tools === null ? {} : { tools: conversation.tools }),
    bosToken: facts.bosText,
    eosToken: facts.eosText,
    addBos: engine.addBos,
    controlTokens: facts.controlTokens,
    addGenerationPrompt: true,
    continueFinal: request.continue_final_message ?? false,
    openThinking: chat.openThinking,
  });
  return { chat, rendered };
}
