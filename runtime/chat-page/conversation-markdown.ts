import { type Conversation, shownTurns } from "./conversation.ts";
import { measuresLine } from "./reply-measures.ts";

/** The shown path of a conversation as Markdown, for a file. Thoughts stay behind. */
export function conversationMarkdown(conversation: Conversation): string {
  const { title, settings } = conversation;
  const parts = shownTurns(conversation).map((turn) => {
    if (turn.role === "user") return `## You\n\n${turn.text}`;
    const measures = turn.measures === null ? "" : `\n\n*${measuresLine(turn.measures)}*`;
    return `## ${turn.measures?.model ?? "Model"}\n\n${turn.text.trim() || turn.problem?.message || "(no answer)"}${measures}`;
  });
  const system = settings.system.trim() === "" ? [] : [`> ${settings.system.trim().replaceAll("\n", "\n> ")}`];
  return `${[`# ${title}`, ...system, ...parts].join("\n\n")}\n`;
}

/** A file name from a title. */
export function fileName(title: string): string {
  const name = title.normalize("NFKC").replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/gu, "").slice(0, 60);
  return `${name === "" ? "conversation" : name}.md`;
}
