import { RetortError } from "../../../runtime/errors.ts";
import { seededRandom, shuffled } from "../statistics/random.ts";

/** Plain words that are one token each, with the space before them, in the vocabularies of all models of the catalogue. */
const WORDS = ("time people way day man thing woman life child world school state family student group country problem hand part place case week "
  + "company system program question work government number night point home water room mother area money story fact month lot right study book "
  + "eye job word business issue side kind head house service friend father power hour game line end member law car city community name president "
  + "team minute idea body information back parent face level office door health person art war history party result change morning reason research "
  + "moment air teacher force education").split(" ");
/** The words stand after this, so that the first of them has a space before it like all others. */
const LEAD = "Read:";
const FEW = 8;
const MANY = 40;
/** A vocabulary that splits some words needs a second guess, rarely a third. */
const MAX_GUESSES = 6;

export interface PromptTools {
  /** Tokens of the whole prompt as the model counts it, its template included; null where the server does not say. */
  promptTokens(content: string): Promise<number | null>;
  /** Tokens of a text alone; null where the back end has no way to ask. */
  tokenCount: ((text: string) => Promise<number>) | null;
}

/** Makes prompts of one length. */
export interface PromptMaker {
  /** Prompt number `index`: another order of the words for each, and the same for the same seed. */
  prompt(seed: number, index: number): string;
  /** False: the server does not count, and the length is a guess. */
  isCounted: boolean;
}

/**
 * Prompts that are `target` tokens long for the model, its chat template included. Costs one request of one token, two
 * where texts cannot be tokenised without one. Errors: `prompt_too_short`, when the template alone is longer.
 */
export async function promptMaker(target: number, tools: PromptTools): Promise<PromptMaker> {
  const whole = await tools.promptTokens(wordsText(FEW));
  if (whole === null) return maker(target, false);
  const count = tools.tokenCount === null ? await wordsByUsage(target, whole, tools) : await wordsByCount(target, whole, tools.tokenCount);
  if (count < 1) {
    throw new RetortError({
      code: "prompt_too_short",
      message: `A prompt of ${target} tokens is too short: the model's chat template alone has about ${whole - FEW}.`,
      hint: `Set \`prompt_tokens\` to ${whole} or more.`,
      status: 400,
      param: "prompt_tokens",
    });
  }
  return maker(count, true);
}

function maker(count: number, isCounted: boolean): PromptMaker {
  const words = wordList(count);
  return { prompt: (seed, index) => text(shuffled(words, seededRandom((Math.imul(seed, 0x9e3779b1) + index) >>> 0))), isCounted };
}

async function wordsByCount(target: number, whole: number, tokenCount: (text: string) => Promise<number>): Promise<number> {
  const template = whole - (await tokenCount(wordsText(FEW)));
  let count = target - template - 1;
  for (let guess = 0; guess < MAX_GUESSES && count >= 1; guess++) {
    const off = target - template - (await tokenCount(wordsText(count)));
    if (off === 0) break;
    count += off;
  }
  return count;
}

async function wordsByUsage(target: number, whole: number, { promptTokens }: PromptTools): Promise<number> {
  const more = (await promptTokens(wordsText(MANY))) ?? whole + MANY - FEW;
  const perWord = Math.max(0.1, (more - whole) / (MANY - FEW));
  return FEW + Math.round((target - whole) / perWord);
}

function wordsText(count: number): string {
  return text(wordList(count));
}

function wordList(count: number): string[] {
  return Array.from({ length: count }, (_, i) => WORDS[i % WORDS.length] ?? "");
}

function text(words: readonly string[]): string {
  return `${LEAD} ${words.join(" ")}`;
}
