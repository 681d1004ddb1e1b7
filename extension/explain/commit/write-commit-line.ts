import type { ChatRequest } from "../../../runtime/api/types.ts";
import { fitContext } from "../context/context-budget.ts";
import type { ContextPart } from "../context/context-part.ts";
import { countParts, type CountTokens } from "../context/tokens.ts";
import { commitMessage } from "../prompts/commit-message.ts";
import { messagesOf, type Prompt } from "../prompts/prompt.ts";
import { summariseChange } from "../prompts/summarise-change.ts";
import type { ChosenModel } from "../run/chosen-model.ts";
import { requestOf } from "../run/prepare.ts";
import { commitLine, summaryLine } from "./commit-line.ts";
import { changeOf, filesToSummarise, summarisedChange, wholeChange } from "./commit-material.ts";
import type { FileDiff } from "./diff-files.ts";

/** What the writing of a commit line needs. */
export interface CommitModel {
  model: ChosenModel;
  /** Tokens of a change that go into one prompt. */
  budget: number;
  count: CountTokens;
  /** The answer to a request, without its thinking. */
  answer(request: ChatRequest): Promise<string>;
  /** Told before each step: files summarised so far, and of how many. */
  onStep(done: number, total: number): void;
}

/** A small model now and then says something else than a line; another sample mostly is one. */
const TRIES = 3;
/** Enough for one line; a model that thinks needs its thoughts, too. */
const LINE_TOKENS = 80;
const THINKING_TOKENS = 1200;

/** A conventional-commit line for a change; null when none of the model's answers holds one. A large change is summarised file by file first. */
export async function writeCommitLine(files: readonly FileDiff[], services: CommitModel): Promise<string | null> {
  const whole = wholeChange(files);
  const [counted] = await countParts([whole], services.count);
  const fits = counted !== undefined && counted.text === whole.text && counted.tokens <= services.budget;
  const part = fits ? whole : summarisedChange(files, await summaries(files, services));
  for (let tries = 0; tries < TRIES; tries++) {
    const line = commitLine(await ask(commitMessage, part, "", services), files);
    if (line !== null) return line;
  }
  return null;
}

async function summaries(files: readonly FileDiff[], services: CommitModel): Promise<Map<string, string>> {
  const chosen = filesToSummarise(files);
  const made = new Map<string, string>();
  for (const [index, file] of chosen.entries()) {
    services.onStep(index, chosen.length);
    const line = summaryLine(await ask(summariseChange, changeOf(file), file.path, services));
    if (line !== null) made.set(file.path, line);
  }
  services.onStep(chosen.length, chosen.length);
  return made;
}

async function ask(prompt: Prompt, part: ContextPart, file: string, { model, budget, count, answer }: CommitModel): Promise<string> {
  const { parts } = fitContext(await countParts([part], count), budget);
  const messages = messagesOf(prompt, { file, language: "", parts, answerIn: null }, model.style);
  return answer(requestOf(model, messages, model.style.system ? LINE_TOKENS : THINKING_TOKENS));
}
