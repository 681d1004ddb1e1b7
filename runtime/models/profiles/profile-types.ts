import type { ChatRequest } from "../../api/types.ts";
import type { ProfileName } from "../model.ts";

/** What a conversation is for; picks temperature and length. */
export type Task = NonNullable<ChatRequest["task"]>;

/** Defaults of one task. */
export interface TaskDefaults {
  temperature: number;
  /** Temperatures outside this range, ends included, draw a warning. Null: no advice. */
  advised: readonly [low: number, high: number] | null;
  maxTokens: number;
}

/** Rules for the conversation itself. */
export interface PromptRules {
  /** The model was trained without a system prompt: its text goes to the front of the first user message. */
  systemToUser: boolean;
  /** Every reply must start with a think block; earlier thoughts leave the history. */
  thinks: boolean;
  /** Asks for step-by-step reasoning and a boxed result where the task is mathematics. */
  mathInstruction: boolean;
}

export interface ChatProfile {
  name: Exclude<ProfileName, "embedding">;
  defaultTask: Task;
  topP: number;
  tasks: Readonly<Record<Task, TaskDefaults>>;
  rules: PromptRules;
}
