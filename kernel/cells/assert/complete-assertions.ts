import type { Completion } from "../completion.ts";
import { ASSERTION_KINDS, findAssertion, NOT } from "./kinds.ts";

const LIMITS = { at_least: "smallest value that passes", at_most: "largest value that passes", above: "passes above this", below: "passes below this" };
const EQUALS = { ...LIMITS, equals: "the value itself", tolerance: "relative, for `equals`" };
const TEXT = { text: "what to look for", ignore_case: "`on`: capitals do not matter" };

/** Fields of the arguments that are mappings. Metrics have limits. */
const FIELDS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  equals: TEXT,
  contains: TEXT,
  boxed: { value: "in any notation", tolerance: "relative, such as 0.01" },
  number: EQUALS,
  json: { path: "such as `items[0].price`", equals: "the value there", ...LIMITS },
  similar: { to: "the text to compare with", at_least: "from -1 to 1", model: "the embedding model" },
  judge: { rubric: "the question to the judge", at_least: "mark that passes", scale: "such as `1-5`", model: "the judge, for the key `judge`", precision: "the judge's, for the key `judge`", max_tokens: "the judge's, for the key `judge`" },
  scorer: { name: "defined by `scorer(name, fn)` in %%js", ...EQUALS },
};

/** Kinds of assertions, as they may stand in a list under `assert:`. */
export function assertionCompletions(): Completion[] {
  return [...ASSERTION_KINDS.map(({ name, meaning }) => ({ text: `${name}: `, type: "property", detail: meaning })), { text: `${NOT}: `, type: "property", detail: "turns the assertion round" }];
}

/** What stands within the argument of an assertion; null where `parent` is no assertion. */
export function assertionFields(parent: string): Completion[] | null {
  if (parent === "assert" || parent === NOT) return assertionCompletions();
  if (findAssertion(parent) === undefined) return null;
  const fields = Object.hasOwn(FIELDS, parent) ? FIELDS[parent] ?? {} : parent === "matches" || parent === "js" || parent === "schema" ? {} : LIMITS;
  return Object.entries(fields).map(([name, detail]) => ({ text: `${name}: `, type: "property", detail }));
}
