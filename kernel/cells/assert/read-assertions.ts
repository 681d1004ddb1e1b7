import type { ValueResult } from "../setting-value.ts";
import { didYouMean, nearest } from "../../../runtime/nearest.ts";
import type { AssertionSpec } from "./assertion.ts";
import { described, isMapping } from "./fields.ts";
import { ASSERTION_NAMES, findAssertion, NOT, OTHER_ASSERTION_NAMES } from "./kinds.ts";
import type { YamlPath } from "../yaml-place.ts";

export const MAX_ASSERTIONS = 50;

type Problem = Extract<ValueResult, { ok: false }>;

/** `assert:` is a list of mappings, or one mapping. The value is AssertionSpec[]. */
export function readAssertions(value: unknown): ValueResult {
  const items: Array<[unknown, YamlPath]> = Array.isArray(value) ? (value as unknown[]).map((item, at) => [item, [at]]) : [[value, []]];
  const specs: AssertionSpec[] = [];
  for (const [item, path] of items) {
    const read = readItem(item, path, false);
    if (!Array.isArray(read)) return read;
    specs.push(...read);
  }
  if (specs.length === 0) return { ok: false, code: "wrong_type", message: "`assert` is empty; it is a list such as `- boxed: 16`." };
  if (specs.length > MAX_ASSERTIONS) return { ok: false, code: "out_of_range", message: `\`assert\` takes up to ${MAX_ASSERTIONS} assertions, not ${specs.length}.` };
  return { ok: true, value: specs };
}

function readItem(item: unknown, path: YamlPath, negated: boolean): AssertionSpec[] | Problem {
  if (!isMapping(item)) {
    const example = typeof item === "string" && findAssertion(item) !== undefined ? findAssertion(item)?.example : "boxed: 16";
    return { ok: false, code: "wrong_type", message: `An assertion is a kind and what it takes, such as \`${example}\`, not ${described(item)}.`, path };
  }
  const entries = Object.entries(item);
  if (entries.length === 0) return { ok: false, code: "wrong_type", message: "An assertion is empty; one looks like `boxed: 16`.", path };
  const specs: AssertionSpec[] = [];
  for (const [name, argument] of entries) {
    const read = name === NOT ? readNot(argument, [...path, name], negated) : readOne(name, argument, [...path, name], negated);
    if (!Array.isArray(read)) return read;
    specs.push(...read);
  }
  return specs;
}

function readNot(argument: unknown, path: YamlPath, negated: boolean): AssertionSpec[] | Problem {
  if (negated) return { ok: false, code: "conflict", message: "`not` within `not` says nothing: leave both out.", path };
  if (isMapping(argument) && Object.keys(argument).length > 1) return { ok: false, code: "conflict", message: "`not` turns one assertion round; give each its own.", path };
  return readItem(argument, path, true);
}

function readOne(name: string, argument: unknown, path: YamlPath, negated: boolean): AssertionSpec[] | Problem {
  const kind = findAssertion(name);
  if (kind === undefined) return unknown(name, path);
  const read = kind.read(argument);
  if (read.ok) return [{ name, argument, negated }];
  return { ...read, path: [...path, ...read.path] };
}

function unknown(name: string, path: YamlPath): Problem {
  const lower = name.toLowerCase();
  const suggestion = Object.hasOwn(OTHER_ASSERTION_NAMES, lower) ? OTHER_ASSERTION_NAMES[lower] : nearest(name, ASSERTION_NAMES);
  return {
    ok: false, code: "unknown_assertion", path, part: "key",
    message: `There is no assertion \`${name.slice(0, 40)}\`.${didYouMean(suggestion)}`,
    ...(suggestion === undefined ? {} : { replacement: suggestion }),
  };
}
