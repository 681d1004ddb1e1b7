import { shorten } from "./shorten.ts";

/** An assertion in short: `boxed: 16`, `not contains: sorry`, `ttft_ms: at_most 800`. */
export function assertionName(name: string, argument: unknown, negated: boolean): string {
  return `${negated ? "not " : ""}${name}: ${shorten(argumentText(argument), 60)}`;
}

function argumentText(argument: unknown): string {
  if (Array.isArray(argument)) return argument.map(argumentText).join(", ");
  if (typeof argument !== "object" || argument === null) return String(argument);
  const parts = Object.entries(argument).map(([key, value]) => `${key} ${typeof value === "object" && value !== null ? JSON.stringify(value) : String(value)}`);
  return parts.join(", ");
}
