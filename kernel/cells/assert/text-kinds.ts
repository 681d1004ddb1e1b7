import { type AssertionKind, kind } from "./kind.ts";
import { filledText, fields, flag, isMapping, isTemplate, text, WrongArgument } from "./fields.ts";

/** Flags of a regular expression that say something about a single test. */
const FLAGS = /^[imsu]*$/;
const MAX_PATTERN = 1000;
const MAX_TEXTS = 100;

/** Assertions on the answer's text. */
export const TEXT_KINDS: readonly AssertionKind[] = [
  kind("equals", "a text, or `{ text, ignore_case }`", "The whole answer is this text; white space around it does not count.", "equals: sixteen", (argument) => {
    const { text: wanted, ignore_case: ignoreCase } = isMapping(argument) ? fields("equals", argument, ["text", "ignore_case"]) : { text: argument, ignore_case: false };
    return { kind: "equals", text: text("equals", wanted, isMapping(argument) ? ["text"] : []), ignoreCase: flag("ignore_case", ignoreCase, ["ignore_case"]) };
  }),
  kind("contains", "a text, a list of texts that must all be there, or `{ text, ignore_case }`", "The answer contains this text.", "contains: { text: sixteen, ignore_case: on }", (argument) => {
    const { text: wanted, ignore_case: ignoreCase } = isMapping(argument) ? fields("contains", argument, ["text", "ignore_case"]) : { text: argument, ignore_case: false };
    const list: unknown[] = Array.isArray(wanted) ? wanted : [wanted];
    if (list.length === 0 || list.length > MAX_TEXTS) throw new WrongArgument("out_of_range", `\`contains\` takes 1 to ${MAX_TEXTS} texts, not ${list.length}.`);
    const path = isMapping(argument) ? ["text"] : [];
    return { kind: "contains", texts: list.map((item, at) => filledText("contains", item, Array.isArray(wanted) ? [...path, at] : path)), ignoreCase: flag("ignore_case", ignoreCase, ["ignore_case"]) };
  }),
  kind("matches", "a regular expression, such as `/sixteen/i`", "The answer matches this regular expression somewhere. One that takes too long gives no verdict.", "matches: '/sixteen|\\b16\\b/i'", (argument) => {
    const source = filledText("matches", argument);
    const [, pattern = source, flags = ""] = /^\/(.+)\/([a-z]*)$/s.exec(source) ?? [];
    if (!FLAGS.test(flags)) throw new WrongArgument("unknown_value", `A pattern of \`matches\` takes the flags i, m, s and u, not \`${flags}\`.`);
    if (pattern.length > MAX_PATTERN) throw new WrongArgument("out_of_range", `A pattern of \`matches\` may have ${MAX_PATTERN} characters, not ${pattern.length}.`);
    if (!isTemplate(source)) checkPattern(pattern, flags);
    return { kind: "matches", pattern, flags };
  }),
];

function checkPattern(pattern: string, flags: string): void {
  try {
    new RegExp(pattern, flags);
  } catch (error) {
    throw new WrongArgument("bad_pattern", error instanceof Error ? `${error.message}.` : String(error));
  }
}
