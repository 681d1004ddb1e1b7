import type { IncomingHttpHeaders } from "node:http";

/**
 * How long a server asks to wait, in seconds; null where it does not say. Understands `retry-after` as seconds and as a
 * date, and `retry-after-ms`. `now` is the time of day in ms.
 */
export function retryAfterSeconds(headers: IncomingHttpHeaders, now: number): number | null {
  const exact = number(headers["retry-after-ms"]);
  if (exact !== null) return exact / 1000;
  const text = headers["retry-after"];
  const seconds = number(text);
  if (seconds !== null || text === undefined) return seconds;
  // Date.parse takes bare numbers for years.
  const date = /[a-z]{3}/i.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? null : Math.max(0, (date - now) / 1000);
}

function number(text: string | string[] | undefined): number | null {
  return typeof text === "string" && /^\s*\d+(\.\d+)?\s*$/.test(text) ? Number(text) : null;
}
