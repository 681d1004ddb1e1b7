import type { Prompt } from "./prompt.ts";

/** What the selected code does, and why. */
export const explainSelection: Prompt = ({ language }) => ({
  full: `Explain the selected ${language} code: what it does, step by step where that helps, and what a reader should watch out for. Use the other material only to understand it. Be short: at most five short paragraphs in Markdown.`,
  brief: `Explain what this ${language} code does, in a few sentences.`,
});
