import { createHash } from "node:crypto";
import type { ModelRequest } from "./model.ts";

/** What tells one request from another: SHA-256 over everything in it, whatever the order of its keys. */
export function requestHash(request: ModelRequest): string {
  return hashOf(request);
}

/** SHA-256 (hex) of a JSON value in its canonical form. */
export function hashOf(value: unknown): string {
  return createHash("sha256").update(canonical(value)).digest("hex");
}

/** JSON with sorted keys; undefined members are left out. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonical(item ?? null)).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value ?? null);
  const entries = Object.entries(value).filter(([, item]) => item !== undefined).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join(",")}}`;
}
