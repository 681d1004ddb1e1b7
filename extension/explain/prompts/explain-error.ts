import type { Prompt } from "./prompt.ts";

/** Why a diagnostic is reported, and what to do. */
export const explainError: Prompt = ({ language }) => ({
  full: `Explain why this ${language} code gets the message above: what it means, which part of the code causes it, and how to correct it. Show the corrected lines in one code block.`,
  brief: `Explain what the error message means and how to correct the ${language} code.`,
});
