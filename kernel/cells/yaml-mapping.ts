import { isCollection, isMap, isNode, isPair, isScalar, parseDocument, type Document, type Pair } from "yaml";
import type { Diagnostic, Range, Setting } from "./cell.ts";
import { errorAt } from "./diagnostic.ts";

/** YAML in a cell is settings and small values; more belongs into a data file. */
export const YAML_LIMIT = 1024 * 1024;
/** Guards against aliases that multiply ("billion laughs"). */
const ALIAS_LIMIT = 100;
/** One mistake can have thousands of consequences. */
const MAX_DIAGNOSTICS = 5;

export interface Mapping {
  settings: Setting[];
  diagnostics: Diagnostic[];
}

/** Reads `source[range]` as a YAML mapping. Never throws: whatever is wrong becomes a diagnostic with its place. */
export function parseMapping(source: string, range: Range): Mapping {
  if (range.end - range.start > YAML_LIMIT) {
    return { settings: [], diagnostics: [errorAt(range, "yaml_too_large", `YAML in a cell may have ${YAML_LIMIT} characters, this has ${range.end - range.start}.`)] };
  }
  try {
    // The library takes LF and CRLF for line ends, but not a CR alone.
    const { settings, diagnostics } = readMapping(source.slice(range.start, range.end).replace(/\r(?!\n)/g, "\n"), range);
    return { settings, diagnostics: diagnostics.slice(0, MAX_DIAGNOSTICS) };
  } catch (error) {
    // The YAML library recurses: very deep nesting ends in a RangeError.
    const reason = error instanceof RangeError ? "it is nested too deeply" : String(error);
    return { settings: [], diagnostics: [errorAt(range, "yaml_error", `The YAML cannot be read: ${reason}.`)] };
  }
}

function readMapping(text: string, range: Range): Mapping {
  const document = parseDocument(text, { prettyErrors: false, version: "1.2", uniqueKeys: false, logLevel: "error" });
  const shift = (start: number, end: number): Range => ({
    start: Math.min(range.start + start, range.end),
    end: Math.min(range.start + Math.max(start, end), range.end),
  });
  const diagnostics = document.errors.map((error) => errorAt(shift(...error.pos), "yaml_error", yamlMessage(error.code, error.message)));
  diagnostics.push(...duplicateKeys(document.contents).map(([start, end]) => errorAt(shift(start, end), "duplicate_key", "This key stands here twice.")));
  const contents: unknown = document.contents;
  if (isMap(contents)) {
    return { settings: contents.items.flatMap((pair) => readPair(pair as Pair, document, shift, diagnostics, { text, start: range.start })), diagnostics };
  }
  const isEmpty = contents === null || (isScalar(contents) && contents.value === null);
  if (!isEmpty && diagnostics.length === 0) diagnostics.push(errorAt(range, "yaml_not_mapping", "Expected lines of the form `key: value`."));
  return { settings: [], diagnostics };
}

/** Places of keys that their mapping has already. The library compares each key with each other one, which is slow for many. */
function duplicateKeys(node: unknown): Array<[number, number]> {
  if (isPair(node)) return duplicateKeys(node.value);
  if (!isCollection(node)) return [];
  const seen = new Set<unknown>();
  const keys = isMap(node) ? node.items.map((pair) => pair.key).filter(isScalar) : [];
  const places = keys.flatMap((key): Array<[number, number]> => {
    const isSecond = seen.has(key.value);
    seen.add(key.value);
    return isSecond ? [[key.range?.[0] ?? 0, key.range?.[1] ?? 0]] : [];
  });
  return [...places, ...node.items.flatMap(duplicateKeys)];
}

function readPair(pair: Pair, document: Document, shift: (start: number, end: number) => Range, diagnostics: Diagnostic[], yaml: NonNullable<Setting["yaml"]>): Setting[] {
  const { key, value } = pair;
  const [keyStart, keyEnd] = (isNode(key) ? key.range : null) ?? [0, 0];
  const keyRange = shift(keyStart, keyEnd);
  if (!isScalar(key) || (typeof key.value !== "string" && typeof key.value !== "number")) {
    diagnostics.push(errorAt(keyRange, "yaml_key", "A key must be a plain word."));
    return [];
  }
  const [valueStart, valueEnd] = (isNode(value) ? value.range : null) ?? [keyEnd, keyEnd];
  const valueRange = shift(valueStart, valueEnd);
  try {
    const plain: unknown = isNode(value) ? value.toJS(document, { maxAliasCount: ALIAS_LIMIT }) : null;
    const place = isCollection(value) ? { yaml } : {};
    return [{ key: String(key.value), value: plain, keyRange, valueRange, ...place }];
  } catch (error) {
    if (error instanceof RangeError) throw error;
    diagnostics.push(errorAt(valueRange, "yaml_error", error instanceof Error ? error.message : String(error)));
    return [];
  }
}

/** The library's messages are good; these few say more in a cell. */
function yamlMessage(code: string, message: string): string {
  if (code === "TAB_AS_INDENT") return "YAML is indented with spaces, not with tabs. Replace the tab.";
  if (code === "MULTIPLE_DOCS") return "A second `---` begins another YAML document; only one is allowed here. Take it out.";
  // The library tells what it expected; what to do is the same for all its complaints.
  return `${message.replace(/\.?\s*$/, "")}. Correct this place, or put the text into quotes.`;
}
