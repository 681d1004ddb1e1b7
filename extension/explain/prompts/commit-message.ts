import type { Prompt } from "./prompt.ts";

/** A conventional-commit line for a change. */
export const commitMessage: Prompt = () => ({
  full: "Write the commit message for this change: one line of at most 72 characters in the form `type(scope): what changed`, where type is one of feat, fix, docs, style, refactor, perf, test, build, ci, chore, and the scope may be left out. Use the imperative mood, no full stop. Answer with that line only.",
  brief: "Write a commit message for this change. One line, like `fix: handle empty input` or `feat: add login page`. Answer with that line only.",
});
