import { badGguf } from "./errors.ts";
import type { GgufArray, GgufHeader, GgufValue } from "./gguf.ts";

const INTEGER_TYPES = ["uint8", "int8", "uint16", "int16", "uint32", "int32", "uint64", "int64"];

/** The text under `key`; undefined where the file has none. Throws `gguf_value_type` on another type. */
export function stringAt(file: GgufHeader, key: string): string | undefined {
  const value = file.metadata.get(key);
  if (value === undefined) return undefined;
  if (typeof value.data !== "string") throw wrongType(key, value, "a string");
  return value.data;
}

/** The whole number under `key`; undefined where the file has none. Throws outside [min, max] or on another type. */
export function integerAt(file: GgufHeader, key: string, min: number, max: number): number | undefined {
  const value = file.metadata.get(key);
  if (value === undefined) return undefined;
  return checkedInteger(key, value, min, max);
}

/** True or false under `key`; undefined where the file has none. */
export function booleanAt(file: GgufHeader, key: string): boolean | undefined {
  const value = file.metadata.get(key);
  if (value === undefined) return undefined;
  if (typeof value.data !== "boolean") throw wrongType(key, value, "true or false");
  return value.data;
}

/** The array under `key`, whose items must be of type `of`; undefined where the file has none. */
export function arrayAt(file: GgufHeader, key: string, of: GgufArray["of"]): GgufArray["items"] | undefined {
  const value = file.metadata.get(key);
  if (value === undefined) return undefined;
  if (typeof value.data !== "object" || value.data.of !== of) throw wrongType(key, value, `an array of ${of}`);
  return value.data.items;
}

/** One whole number per layer under `key`, which the file states once for all layers or as an array. */
export function perLayer(file: GgufHeader, key: string, layers: number, min: number, max: number): number[] | undefined {
  const value = file.metadata.get(key);
  if (value === undefined) return undefined;
  if (typeof value.data !== "object") return new Array<number>(layers).fill(checkedInteger(key, value, min, max));
  const { of, items } = value.data;
  if (items.length < layers) throw badGguf("gguf_value", `${key} has ${items.length} values for ${layers} layers.`);
  return items.slice(0, layers).map((data) => checkedInteger(key, { type: of, data }, min, max));
}

function checkedInteger(key: string, value: GgufValue, min: number, max: number): number {
  if (!INTEGER_TYPES.includes(value.type)) throw wrongType(key, value, "a whole number");
  const number = Number(value.data);
  if (number < min || number > max) throw badGguf("gguf_value", `${key} is ${number}; ${min} to ${max} are possible.`);
  return number;
}

function wrongType(key: string, value: GgufValue, expected: string): Error {
  return badGguf("gguf_value_type", `${key} has the type ${value.type}; it should be ${expected}.`);
}
