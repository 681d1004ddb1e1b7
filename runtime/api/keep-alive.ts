const SECOND = 1000;
const UNITS: Readonly<Record<string, number>> = { ms: 1, s: SECOND, m: 60 * SECOND, h: 3600 * SECOND };

/** What `keep_alive` may hold as a text: one of Ollama's durations, such as `5m`. */
export const DURATION = "^-?[0-9]{1,9}(ms|s|m|h)?$";
/** A timer runs no longer. */
const LONGEST_MS = 2 ** 31 - 1;

/** The time in ms that `keep_alive` in a checked body means; null: until the place is needed, undefined: nothing is said. */
export function keepAliveOf(body: unknown): number | null | undefined {
  const given: unknown = typeof body === "object" && body !== null ? (body as { keep_alive?: unknown }).keep_alive : undefined;
  if (typeof given !== "number" && typeof given !== "string") return undefined;
  const [, amount, unit = "s"] = /^(-?[\d.]+)(\D*)$/.exec(String(given)) ?? [];
  const ms = Number(amount) * (UNITS[unit === "" ? "s" : unit] ?? SECOND);
  return ms < 0 || Number.isNaN(ms) ? null : Math.min(ms, LONGEST_MS);
}
