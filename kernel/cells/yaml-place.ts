import { isMap, isNode, isScalar, isSeq, parseDocument } from "yaml";
import type { Range, Setting, SettingsCell } from "./cell.ts";

/** Keys and list positions that lead to a value. */
export type YamlPath = readonly (string | number)[];

/** Where the value at `path` stands in the cell; with `part` "key", the key it stands under. The nearest place above it where it is not written out. */
export function yamlPlace({ yaml, kindRange }: SettingsCell, path: YamlPath, part: "key" | "value" = "value"): Range {
  return placeIn(yaml, path, part) ?? kindRange;
}

/** The same within the value of one setting. */
export function settingPlace({ key, valueRange, keyRange, yaml }: Setting, path: YamlPath = [], part: "key" | "value" = "value"): Range {
  const whole = valueRange.end > valueRange.start ? valueRange : keyRange;
  return yaml === undefined || path.length === 0 ? whole : placeIn(yaml, [key, ...path], part) ?? whole;
}

function placeIn(yaml: { text: string; start: number }, path: YamlPath, part: "key" | "value"): Range | undefined {
  let node: unknown = parseDocument(yaml.text, { uniqueKeys: false, logLevel: "error" }).contents;
  let place: Range | undefined;
  for (const [index, step] of path.entries()) {
    const pair = isMap(node) ? node.items.find(({ key }) => isScalar(key) && key.value === step) : undefined;
    const wantsKey = part === "key" && index === path.length - 1;
    const next: unknown = pair === undefined ? (isSeq(node) && typeof step === "number" ? node.items[step] : undefined) : wantsKey ? pair.key : pair.value;
    const range = isNode(next) ? next.range : null;
    if (range === null || range === undefined) break;
    place = { start: yaml.start + range[0], end: yaml.start + range[1] };
    node = next;
  }
  return place;
}
