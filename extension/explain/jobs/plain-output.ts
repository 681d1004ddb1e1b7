const ESCAPES = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\-_])/gu;

/** Terminal output without colours and without what a carriage return has overwritten. */
export function plainOutput(text: string): string {
  return text.replace(ESCAPES, "").replace(/\r\n/gu, "\n").split("\n").map((line) => line.slice(line.lastIndexOf("\r") + 1).trimEnd()).join("\n").trim();
}
