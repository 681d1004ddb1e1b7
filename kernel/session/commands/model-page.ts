import type { ModelEntry } from "../../../runtime/models/model.ts";
import { chatProfile } from "../../../runtime/models/profile.ts";
import type { ChatProfile } from "../../../runtime/models/profiles/profile-types.ts";
import { formatBytes } from "../../display/numbers.ts";

/** What Retort knows of one model, and what it does by itself when that model answers. Plain text. */
export function modelPage(entry: ModelEntry): string {
  const sources = entry.sources.map(({ precision, quant, bytes, uri }) => `  ${precision} (${quant}${bytes === undefined ? "" : `, ${formatBytes(bytes)}`})  ${uri}`);
  return [
    `${entry.name} (${entry.id}), licence ${entry.licence}`,
    entry.description,
    `Context ${entry.context} tokens. Can do: ${entry.capabilities.join(", ")}.`,
    ...(entry.profile === "embedding" ? [] : profileLines(chatProfile(entry.profile))),
    "Files:",
    ...sources,
  ].join("\n");
}

function profileLines({ defaultTask, topP, tasks, rules }: ChatProfile): string[] {
  const rows = Object.entries(tasks).map(([task, { temperature, advised, maxTokens }]) => {
    const range = advised === null ? "" : ` (advised ${advised[0]} to ${advised[1]})`;
    return `  task: ${task.padEnd(9)} temperature ${temperature}${range}, max_tokens ${maxTokens}${task === defaultTask ? ", the default task" : ""}`;
  });
  const applied = [
    ...(rules.systemToUser ? ["a system prompt moves to the front of the first question, with a warning"] : []),
    ...(rules.thinks ? ["the reply starts with an opened think block and a newline, so that reasoning is not skipped", "earlier thoughts are dropped from the history"] : []),
    ...(rules.mathInstruction ? ["task: math asks for step-by-step reasoning and a final answer in \\boxed{}"] : []),
  ];
  return [
    `Defaults (top_p ${topP}):`,
    ...rows,
    ...(applied.length === 0 ? [] : ["Rules, applied by default; every key of a cell overrides its default:", ...applied.map((rule) => `  - ${rule}`)]),
  ];
}
