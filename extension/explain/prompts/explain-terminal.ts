import type { Prompt } from "./prompt.ts";

/** What a program wrote to the terminal. */
export const explainTerminal: Prompt = () => ({
  full: "Explain this terminal output: what was done, what went wrong if anything did, the most likely cause, and the next command or change to try. Be short.",
  brief: "Explain what this terminal output means and what to do next.",
});
