import { assertionHelp, assertionList } from "../../cells/assert/hover-assertion.ts";
import { findAssertion } from "../../cells/assert/kinds.ts";
import { COMMANDS, commandHelp, findCommand } from "../../cells/commands.ts";
import { keyHelp } from "../../cells/hover.ts";
import { findKey, KEYS } from "../../cells/keys.ts";
import type { KindLanguage } from "../../cells/kind-key.ts";
import { kindLanguages } from "../../cells/kind-keys.ts";
import { findKind } from "../../cells/kinds.ts";
import type { CommandTools } from "./command.ts";

const OVERVIEW = `A cell is a prompt. Text between two lines of --- at its top sets how it is asked:

---
name: solve
temperature: 0.6
runs: 5
---
{{ question }} Put the final answer in \\boxed{}.

%%vars   variables as YAML, used as {{ name }}
%%chart  a chart of a result (%help chart tells its keys)
%%bench  a benchmark: speed and memory under load (%help bench)
%%js     JavaScript; sees the variables, the results of named cells, and ask(), run(), table(), chart(), display(), tool(), scorer()

An experiment is a few keys more: runs: 5 repeats, matrix: { temperature: [0, 1], tone: [kind, strict] } tries every combination, data: ./rows.csv
asks for every row ({{ row.column }}), save: ./out.jsonl keeps each answer, resume: on goes on where it stopped.

assert: [{ boxed: 16 }] holds every answer against something, and fails the cell (%help assert lists the kinds); tools: [calculator] lets the model
call functions that a %%js cell defines with tool("calculator", { expression: "string" }, fn).

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

/** The keys of a kind of cell that is settings only. */
function kindHelp(name: string, { keys }: KindLanguage): string {
  return `%%${name}: ${findKind(name)?.help ?? ""}\n\n${keys.map(({ name: key, meaning, takes, defaultText, example }) => `  ${key.padEnd(18)}${meaning}\n${" ".repeat(20)}${takes}; default: ${defaultText}. ${example}`).join("\n")}`;
}

function topicHelp(topic: string): string {
  const key = findKey(topic);
  const command = findCommand(topic);
  const kind = kindLanguages().find(([name]) => name === topic);
  const assertion = findAssertion(topic);
  const about = topic === "assert" ? [assertionList()] : assertion === undefined ? [] : [assertionHelp(assertion)];
  return [...(kind === undefined ? [] : [kindHelp(...kind)]), ...(key === undefined ? [] : [keyHelp(key)]), ...(command === undefined ? [] : [commandHelp(command)]), ...about].join("\n\n");
}
