import type { ArgumentResult, Assertion } from "./assertion.ts";
import { WrongArgument } from "./fields.ts";

/** A kind of assertion, as data: validation, completion, hover and `%help assert` read it from here. */
export interface AssertionKind {
  name: string;
  /** What may stand behind the name, in words. */
  takes: string;
  meaning: string;
  example: string;
  read(argument: unknown): ArgumentResult;
}

/** A kind whose reader throws WrongArgument. */
export function kind(name: string, takes: string, meaning: string, example: string, read: (argument: unknown) => Assertion): AssertionKind {
  return { name, takes, meaning, example, read: (argument) => {
    try {
      return { ok: true, value: read(argument) };
    } catch (error) {
      if (error instanceof WrongArgument) return error.problem;
      throw error;
    }
  } };
}
