import type { Range, Setting } from "../cell.ts";
import { settingPlace, type YamlPath } from "../yaml-place.ts";
import { isMapping } from "./fields.ts";
import type { AssertionKind } from "./kind.ts";
import { ASSERTION_KINDS, findAssertion, NOT } from "./kinds.ts";

/** The assertion whose name stands at `offset`. */
export function assertionAt(setting: Setting, offset: number): { range: Range; markdown: string } | null {
  const found = namesIn(setting.value, []).map(({ kind, path }) => ({ kind, range: settingPlace(setting, path, "key") })).find(({ range }) => offset >= range.start && offset <= range.end);
  return found === undefined ? null : { range: found.range, markdown: assertionHelp(found.kind) };
}

/** One kind of assertion explained in Markdown; `%help KIND` shows the same. */
export function assertionHelp({ name, takes, meaning, example }: AssertionKind): string {
  return `**${name}** (assertion): ${takes}.\n\n${meaning}\n\nExample: \`- ${example}\``;
}

/** All kinds, a line each. */
export function assertionList(): string {
  return `Kinds of assertions (%help KIND tells more; \`not: { … }\` turns one round):\n\n${ASSERTION_KINDS.map(({ name, example }) => `  ${name.padEnd(18)}- ${example}`).join("\n")}`;
}

function namesIn(value: unknown, path: YamlPath): Array<{ kind: AssertionKind; path: YamlPath }> {
  if (Array.isArray(value)) return value.flatMap((item, at) => namesIn(item, [...path, at]));
  if (!isMapping(value)) return [];
  return Object.entries(value).flatMap(([name, argument]) => {
    const kind = findAssertion(name);
    return kind === undefined ? (name === NOT ? namesIn(argument, [...path, name]) : []) : [{ kind, path: [...path, name] }];
  });
}
