/** A code block whose fence is longer than any run of backticks inside, so that the text cannot end it. */
export function fence(text: string, language: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/gu)].map(([run]) => run.length));
  const marks = "`".repeat(longest + 1);
  return `${marks}${language}\n${text.replace(/\n+$/u, "")}\n${marks}`;
}
