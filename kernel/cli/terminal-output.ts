import type { IOutput, MultilineString } from "@jupyterlab/nbformat";

/** Rendering of notebook outputs as plain terminal text. Pure. */

const MAX_LINES = 60;

/** What one output shows in a terminal; "" for one that has nothing to read. */
export function outputText(output: IOutput): string {
  switch (output.output_type) {
    case "stream":
      return joined(output.text as MultilineString);
    case "error":
      return (output.traceback as string[]).join("\n");
    case "display_data":
    case "execute_result":
    case "update_display_data":
      return bundleText((output.data ?? {}) as Record<string, unknown>);
    default:
      return "";
  }
}

/** All outputs of a cell, indented under it, long ones cut in the middle. */
export function cellText(outputs: IOutput[]): string {
  const lines = outputs.map(outputText).filter((text) => text.trim() !== "").flatMap((text) => shorten(text.trimEnd().split("\n")));
  return lines.map((line) => (line === "" ? "" : `  ${line}`)).join("\n");
}

/** The first line of a source that says something, for a heading. */
export function headline(source: string, width: number): string {
  const lines = source.split("\n").map((line) => line.trim());
  const body = lines[0] === "---" ? lines.slice(lines.indexOf("---", 1) + 1) : lines;
  const line = body.find((text) => text !== "") ?? "";
  return line.length > width ? `${line.slice(0, width - 1)}…` : line;
}

function bundleText(data: Record<string, unknown>): string {
  for (const type of ["text/plain", "text/markdown"]) {
    const value = data[type];
    if (typeof value === "string" || Array.isArray(value)) return joined(value as MultilineString);
  }
  const types = Object.keys(data);
  return types.length === 0 ? "" : `[${types.join(", ")}]`;
}

function joined(text: MultilineString): string {
  return Array.isArray(text) ? text.join("") : text;
}

function shorten(lines: string[]): string[] {
  if (lines.length <= MAX_LINES) return lines;
  const half = MAX_LINES >> 1;
  return [...lines.slice(0, half), `… ${lines.length - 2 * half} lines …`, ...lines.slice(-half)];
}
