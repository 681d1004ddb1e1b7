import { isMapping } from "./kind-key.ts";
import { AGGREGATES, CHANNEL_KEYS, CHANNELS, FIELD_TYPES, INNER_SPEC_KEYS, MARKS, OUTWARD_CHANNELS, SPEC_LISTS, TRANSFORM_FIELDS } from "./vega-lite-words.ts";
import type { YamlPath } from "./yaml-place.ts";
import { didYouMean, nearest } from "../../runtime/nearest.ts";

/** Something wrong in a specification, by the path that leads there. */
export interface SpecFault {
  code: string;
  message: string;
  path: YamlPath;
  part: "key" | "value";
  /** What was probably meant. */
  replacement?: string;
}

/** A specification nests its diagrams; deeper is no chart. */
const MAX_DEPTH = 16;
/** Rows that a generator in a specification may make. */
export const MAX_GENERATED_ROWS = 50_000;

/**
 * What is wrong with a Vega-Lite specification as far as its words tell: unknown marks, channels, types and fields, and
 * everything that would reach out of the chart. `fields` are the names of the data's fields; null: not known yet.
 */
export function checkVegaLite(spec: Record<string, unknown>, fields: readonly string[] | null): SpecFault[] {
  return [...checkDiagram(spec, [], fields === null ? null : [...fields, ...madeFields(spec)]), ...outwardData(spec, [], 0)];
}

function checkDiagram(spec: Record<string, unknown>, path: YamlPath, fields: readonly string[] | null): SpecFault[] {
  if (path.length > MAX_DEPTH) return [fault("bad_chart", "The diagrams are nested too deeply.", path)];
  const own = path.length === 0 ? [] : unknownKeys(spec, INNER_SPEC_KEYS, path, (key, hint) => `A diagram has no key \`${key}\`.${hint}`);
  const knownHere = fields !== null && isMapping(spec.data) ? null : fields;
  const inner = Object.entries(spec).flatMap(([key, value]): SpecFault[] => {
    const at = [...path, key];
    if (SPEC_LISTS.includes(key)) return Array.isArray(value) ? value.flatMap((one, i) => diagramAt(one, [...at, i], knownHere)) : [fault("wrong_type", `\`${key}\` is a list of diagrams.`, at)];
    if (key === "spec") return diagramAt(value, at, knownHere);
    if (key === "mark") return checkMark(value, at);
    return key === "encoding" ? checkEncoding(value, at, knownHere) : [];
  });
  return [...own, ...inner];
}

function diagramAt(value: unknown, path: YamlPath, fields: readonly string[] | null): SpecFault[] {
  return isMapping(value) ? checkDiagram(value, path, fields) : [fault("wrong_type", "A diagram is a mapping with `mark` and `encoding`.", path)];
}

function checkMark(value: unknown, path: YamlPath): SpecFault[] {
  const type: unknown = isMapping(value) ? value.type : value;
  const at = isMapping(value) ? [...path, "type"] : path;
  if (type === "image") return [fault("chart_outward", "A chart may not show pictures from elsewhere.", at)];
  if (typeof type !== "string") return [fault("wrong_type", "`mark` is a word such as `bar`, or a mapping with a `type`.", path)];
  const links = isMapping(value) ? OUTWARD_CHANNELS.filter((key) => key in value) : [];
  return [...unknownWord(type, MARKS, at, "mark"), ...links.map((key) => fault("chart_outward", `\`${key}\` would lead out of the chart.`, [...path, key], "key"))];
}

function checkEncoding(value: unknown, path: YamlPath, fields: readonly string[] | null): SpecFault[] {
  if (!isMapping(value)) return [fault("wrong_type", "`encoding` is a mapping of channels such as `x` and `y`.", path)];
  return Object.entries(value).flatMap(([channel, definition]) => {
    const at = [...path, channel];
    if (OUTWARD_CHANNELS.includes(channel)) return [fault("chart_outward", `The channel \`${channel}\` would lead out of the chart.`, at, "key")];
    const unknown = unknownKeys({ [channel]: null }, CHANNELS, path, (key, hint) => `There is no channel \`${key}\`.${hint}`);
    const list: unknown[] = Array.isArray(definition) ? definition : [definition];
    const inner = list.flatMap((one, i) => (isMapping(one) ? checkChannel(one, Array.isArray(definition) ? [...at, i] : at, fields) : one === null ? [] : [fault("wrong_type", `\`${channel}\` is a mapping, such as \`{ field: name }\`.`, at)]));
    return [...unknown, ...inner];
  });
}

function checkChannel(definition: Record<string, unknown>, path: YamlPath, fields: readonly string[] | null): SpecFault[] {
  const { type, aggregate, field } = definition;
  return [
    ...unknownKeys(definition, CHANNEL_KEYS, path, (key, hint) => `A channel has no key \`${key}\`.${hint}`),
    ...(typeof type === "string" ? unknownWord(type, FIELD_TYPES, [...path, "type"], "type") : []),
    ...(typeof aggregate === "string" ? unknownWord(aggregate, AGGREGATES, [...path, "aggregate"], "aggregate") : []),
    ...(typeof field === "string" && fields !== null ? unknownField(field, fields, [...path, "field"]) : []),
  ];
}

/** A field that the rows do not have, unless a path leads into one that they have. */
export function unknownField(name: string, fields: readonly string[], path: YamlPath): SpecFault[] {
  const first = name.split(/[.[\\]/)[0] ?? name;
  if (fields.includes(name) || fields.includes(first)) return [];
  const suggestion = nearest(name, fields);
  const listed = suggestion === undefined && fields.length > 0 ? ` There are: ${fields.slice(0, 20).join(", ")}.` : "";
  return [{ ...fault("unknown_field", `The data has no field \`${name}\`.${didYouMean(suggestion)}${listed}`, path), ...(suggestion === undefined ? {} : { replacement: suggestion }) }];
}

function unknownKeys(value: Record<string, unknown>, known: readonly string[], path: YamlPath, says: (key: string, hint: string) => string): SpecFault[] {
  return Object.keys(value).filter((key) => !known.includes(key)).map((key) => {
    const suggestion = nearest(key, known);
    return { ...fault("unknown_key", says(key, didYouMean(suggestion)), [...path, key], "key"), ...(suggestion === undefined ? {} : { replacement: suggestion }) };
  });
}

function unknownWord(word: string, known: readonly string[], path: YamlPath, what: string): SpecFault[] {
  if (known.includes(word)) return [];
  const suggestion = nearest(word, known);
  return [{ ...fault("unknown_value", `There is no ${what} \`${word}\`.${didYouMean(suggestion)}`, path), ...(suggestion === undefined ? {} : { replacement: suggestion }) }];
}

/** Data that a specification would fetch or make by itself, wherever it stands. */
function outwardData(value: unknown, path: YamlPath, depth: number): SpecFault[] {
  if (depth > MAX_DEPTH * 2) return [fault("bad_chart", "The specification is nested too deeply.", path)];
  if (Array.isArray(value)) return value.length > 0 && typeof value[0] === "object" ? value.flatMap((one, i) => outwardData(one, [...path, i], depth + 1)) : [];
  if (!isMapping(value)) return [];
  return Object.entries(value).flatMap(([key, inner]): SpecFault[] => {
    const at = [...path, key];
    if (key === "values") return [];
    if (key === "data" && isMapping(inner) && "url" in inner) return [fault("chart_data_url", "A chart may not load data by itself: it reads no file and asks no server. Name a result, or put the rows under `data`.", [...at, "url"], "key")];
    if (key === "sequence" && isMapping(inner) && rowsOf(inner) > MAX_GENERATED_ROWS) return [fault("out_of_range", `A sequence in a chart may have ${MAX_GENERATED_ROWS} rows.`, at)];
    return outwardData(inner, at, depth + 1);
  });
}

function rowsOf({ start, stop, step = 1 }: Record<string, unknown>): number {
  const count = (Number(stop) - Number(start ?? 0)) / Number(step);
  return Number.isNaN(count) ? Infinity : Math.abs(count);
}

/** Names that transforms of the specification give to new fields. */
function madeFields(spec: unknown): string[] {
  if (Array.isArray(spec)) return spec.flatMap(madeFields);
  if (!isMapping(spec)) return [];
  const own = Array.isArray(spec.transform) ? [...TRANSFORM_FIELDS, ...namesUnderAs(spec.transform)] : [];
  return [...own, ...[...SPEC_LISTS, "spec"].flatMap((key) => madeFields(spec[key]))];
}

function namesUnderAs(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(namesUnderAs);
  if (!isMapping(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => (key === "as" || key === "pivot" ? [inner].flat().filter((name) => typeof name === "string") : namesUnderAs(inner)));
}

function fault(code: string, message: string, path: YamlPath, part: SpecFault["part"] = "value"): SpecFault {
  return { code, message, path, part };
}
