import type { Prompt } from "./prompt.ts";

/** A unit test for a function. */
export const writeTest: Prompt = ({ file, language }) => ({
  full: `Write a unit test for the ${language} code above, with the test library that is usual in ${language} or that the imports show. Test one ordinary case, one edge case and one wrong input where there is any. Import the code from ${file === "" ? "its file" : file}. Give the whole test file in one code block, then one sentence on what is not tested.`,
  brief: `Write a short unit test for this ${language} code. Answer with one code block.`,
});
