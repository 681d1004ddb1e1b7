import type { Prompt } from "./prompt.ts";

/** Corrected code for the problems at a place; without reported ones, for the mistakes that the model sees. */
export const suggestFix: Prompt = ({ language, parts }) => {
  const reported = parts.some(({ kind }) => kind === "diagnostics");
  return {
    full: `${reported ? `Correct the ${language} code so that the reported problems go away` : `Find the mistakes in the ${language} code and correct them`}, and change nothing else. First give the corrected code in one code block that can replace the shown code, then one sentence that tells what was changed.`,
    brief: `Write the corrected ${language} code in one code block.`,
  };
};
