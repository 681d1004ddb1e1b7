import { COMMANDS, commandHelp, findCommand } from "../../cells/commands.ts";
import { keyHelp } from "../../cells/hover.ts";
import { findKey, KEYS } from "../../cells/keys.ts";
import type { CommandTools } from "./command.ts";

const OVERVIEW = `A cell is a prompt. Text between two lines of --- at its top sets how it is asked:

---
name: solve
temperature: 0.6
runs: 5
---
{{ question }} Put the final answer in \\boxed{}.

%%vars   variables as YAML, used as {{ name }}
%%js     JavaScript; sees the variables, the results of named cells, and ask(), run(), table(), chart(), display()

{{ solve.answer }}, .thinking, .boxed, .json, .runs[0].answer, .stats.ttft_ms.mean are the result of the cell named solve; {{ _.answer }} that of the last one.
`;

/** `%help`, `%help key`, `%help command`: in the pager. */
export function help({ context, text }: CommandTools): void {
  const [topic] = text.words;
  context.page({ "text/plain": topic === undefined ? overview() : topicHelp(topic) });
}

function overview(): string {
  const keys = KEYS.map(({ name, meaning }) => `  ${name.padEnd(18)}${meaning}`).join("\n");
  return `${OVERVIEW}\nKeys (%help KEY tells more):\n${keys}\n\nCommands:\n${COMMANDS.map((command) => `  ${commandHelp(command).replace("\n", "\n  ")}`).join("\n")}\n`;
}

function topicHelp(topic: string): string {
  const key = findKey(topic);
  const command = findCommand(topic);
  return [...(key === undefined ? [] : [keyHelp(key)]), ...(command === undefined ? [] : [commandHelp(command)])].join("\n\n");
}
