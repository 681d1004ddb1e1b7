const MAX_LENGTH = 80;

/** A name from a request, fit for a message or a terminal: short, and without control characters. */
export function printable(name: string): string {
  return name.slice(0, MAX_LENGTH).replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, "?");
}
