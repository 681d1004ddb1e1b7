import { timingText } from "../../display/timing-line.ts";
import { outputSettings } from "../output-record.ts";
import type { CommandTools } from "./command.ts";

/** `%trace last`: the last prompt as it was sent, its settings with their sources, its timing. */
export function trace({ context, state }: CommandTools): void {
  const { last } = state;
  if (last === null) {
    context.stream("stdout", "No prompt has run yet.\n");
    return;
  }
  const messages = last.job.messages.map(({ role, content }) => `${role}:\n${content}`);
  const reply = last.result.runs.find((run) => run.reply !== null)?.reply ?? null;
  const settings = Object.entries(outputSettings(last)).map(([key, { value, source }]) => `  ${key}: ${JSON.stringify(value)} (${source})`);
  const timing = reply === null ? [] : ["", timingText(reply)];
  const hash = reply?.provenance === null || reply === null ? [] : [`  prompt_sha256: ${reply.provenance.prompt_sha256}`];
  context.stream("stdout", [...messages, "", "Settings:", ...settings, ...hash, ...timing, ""].join("\n"));
}

/** `%export text`: the cells that ran, as Markdown with one fenced block for each. */
export function exportText({ context, state }: CommandTools): void {
  const blocks = state.sources.map((source) => {
    const fence = "`".repeat(Math.max(3, ...[...source.matchAll(/`+/g)].map(([ticks]) => ticks.length + 1)));
    return `${fence}retort\n${source}\n${fence}\n`;
  });
  context.stream("stdout", blocks.join("\n"));
}
