import { timingText } from "../../display/timing-line.ts";
import { traceOutputs } from "../../display/trace-view.ts";
import { outputSettings } from "../output-record.ts";
import { firstMessages } from "../prompt-plan.ts";
import type { CommandTools } from "./command.ts";

/** `%trace last`: the last prompt as it was sent, its settings with their sources, its timing, and every message of its last reply. */
export async function trace({ context, state, access }: CommandTools): Promise<void> {
  const { last } = state;
  if (last === null) {
    context.stream("stdout", "No prompt has run yet.\n");
    return;
  }
  const messages = firstMessages(last.plan).map(({ role, content }) => `${role}:\n${content}`);
  const reply = last.result.runs.find((run) => run.reply !== null)?.reply ?? null;
  const settings = Object.entries(outputSettings(last)).map(([key, { value, source }]) => `  ${key}: ${JSON.stringify(value)} (${source})`);
  const timing = reply === null ? [] : ["", timingText(reply)];
  const hash = reply?.provenance === null || reply === null ? [] : [`  prompt_sha256: ${reply.provenance.prompt_sha256}`];
  context.stream("stdout", [...messages, "", "Settings:", ...settings, ...hash, ...timing, ""].join("\n"));
  const recorded = access.current?.lastTrace?.() ?? null;
  if (recorded === null) return;
  for (const { data, metadata } of await traceOutputs(recorded)) context.display(data, { metadata });
}
