import { BENCH_LANGUAGE } from "../cells/bench-keys.ts";
import type { SettingsCell } from "../cells/cell.ts";
import { valuesOf } from "../cells/kind-key.ts";
import { validateKind } from "../cells/validate-kind.ts";
import { MATRIX_KEYS } from "../cells/bench-matrix.ts";
import { usageError } from "./command.ts";

const NOWHERE = { start: 0, end: 0 };
const SCOPE = { values: {}, stale: [], models: [] };

/** The flags of `retort bench` as settings of a `%%bench` cell, judged by the cell's own rules. A list of values becomes an axis of the matrix. Throws `usage`. */
export function benchSettings(flags: Readonly<Record<string, string | undefined>>): Record<string, unknown> {
  const given = Object.entries(flags).flatMap(([flag, text]): Array<[string, unknown]> => (text === undefined ? [] : [[flag.replaceAll("-", "_"), flag === "slo" ? limits(text) : values(text)]]));
  const matrix = Object.fromEntries(given.filter(([key, value]) => Array.isArray(value) && MATRIX_KEYS.includes(key)));
  const settings = [...given.filter(([key]) => !Object.hasOwn(matrix, key)), ...(Object.keys(matrix).length === 0 ? [] : [["matrix", matrix] as [string, unknown]])]
    .map(([key, value]) => ({ key, value, keyRange: NOWHERE, valueRange: NOWHERE }));
  const cell: SettingsCell = { kind: "bench", settings, kindRange: NOWHERE, yaml: { text: "", start: 0 } };
  const error = validateKind(cell, SCOPE).find(({ severity }) => severity === "error");
  if (error !== undefined) throw usageError(error.message.replace(/`([a-z]+(?:_[a-z]+)*)`/g, (_, key: string) => (Object.hasOwn(flags, key.replaceAll("_", "-")) ? `--${key.replaceAll("_", "-")}` : key)));
  return valuesOf(settings, BENCH_LANGUAGE, SCOPE);
}

/** `1,2,4` as a list of numbers, `int8` as a word. */
function values(text: string): unknown {
  const parts = text.split(",").map((part) => (part.trim() !== "" && Number.isFinite(Number(part)) ? Number(part) : part.trim()));
  return parts.length === 1 ? parts[0] : parts;
}

/** `ttft_ms=800,tpot_ms=50`. */
function limits(text: string): Record<string, unknown> {
  return Object.fromEntries(text.split(",").map((part) => {
    const [name = "", limit = ""] = part.split("=");
    return [name.trim(), Number(limit)];
  }));
}
