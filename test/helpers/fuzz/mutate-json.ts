import fc from "fast-check";

import { hostileText, hostileValue } from "./hostile-values.ts";

/** One change of a JSON value, at the `at`-th of its places. */
interface Change {
  at: number;
  how: "replace" | "remove" | "add" | "wrap" | "repeat";
  key: string;
  value: unknown;
}

const change: fc.Arbitrary<Change> = fc.record({
  at: fc.nat(1000),
  how: fc.constantFrom("replace", "replace", "replace", "remove", "add", "wrap", "repeat"),
  key: fc.oneof(hostileText, fc.constantFrom("chat_template", "grammar", "url", "file", "model", "stream", "n")),
  value: hostileValue,
});

/** Good values with a few places spoiled. */
export function spoiled(good: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc.tuple(good, fc.array(change, { minLength: 1, maxLength: 3 })).map(([value, changes]) => changes.reduce(apply, value));
}

function apply(value: unknown, { at, how, key, value: other }: Change): unknown {
  const wanted = at % countPlaces(value);
  let seen = 0;
  const walk = (place: unknown): unknown => {
    if (seen++ === wanted) return changed(place, how, key, other);
    if (Array.isArray(place)) return place.map(walk).filter((item) => item !== undefined);
    if (isObject(place)) return Object.fromEntries(Object.entries(place).map(([name, item]) => [name, walk(item)]));
    return place;
  };
  return walk(value);
}

function changed(place: unknown, how: Change["how"], key: string, other: unknown): unknown {
  if (how === "remove") return undefined;
  if (how === "wrap") return [place];
  if (how === "repeat") return Array.from({ length: 50 }, () => place);
  if (how === "add" && isObject(place)) return Object.fromEntries([...Object.entries(place), [key, other]]);
  if (how === "add" && Array.isArray(place)) return [...place, other];
  return other;
}

function countPlaces(value: unknown): number {
  const below = Array.isArray(value) ? value : isObject(value) ? Object.values(value) : [];
  return below.reduce<number>((count, item) => count + countPlaces(item), 1);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
