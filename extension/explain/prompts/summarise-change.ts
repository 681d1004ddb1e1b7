import type { Prompt } from "./prompt.ts";

/** One file's change in one line, as a step towards a commit message. */
export const summariseChange: Prompt = ({ file }) => ({
  full: `Summarise this change of ${file} in one short line. Answer with that line only.`,
  brief: `Summarise this change of ${file} in one short line.`,
});
