import type { Prompt } from "./prompt.ts";

/** What a file is for and how it is built. */
export const explainFile: Prompt = ({ language }) => ({
  full: `Explain this ${language} file: its purpose in one sentence, then its main parts and how they work together, as a short Markdown list. If only a part of the file is shown, say what that part does.`,
  brief: `Say in a few sentences what this ${language} file is for and what its main parts do.`,
});
