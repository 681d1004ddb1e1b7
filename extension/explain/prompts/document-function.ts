import type { Prompt } from "./prompt.ts";

/** A documentation comment for a function. */
export const documentFunction: Prompt = ({ language }) => ({
  full: `Write the documentation comment for the ${language} code in the form that is usual in ${language}: what it does, its parameters with units where they have any, what it returns, and the errors it raises. Give the comment together with the unchanged first line of the code, in one code block, and nothing else.`,
  brief: `Write a documentation comment for this ${language} code. Answer with one code block.`,
});
