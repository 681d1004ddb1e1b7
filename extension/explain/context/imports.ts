const MOST_LINES = 40;
const MOST_SCANNED = 200;
const IMPORT = /^\s*(?:import\b|from\s+\S+\s+import\b|export\s+.*\bfrom\b|(?:const|let|var)\s+.*=\s*require\(|#\s*include\b|using\s+[\w.]+|use\s+[\w:]+|package\s+\w|require(?:_relative)?\s+['"])/u;

/** The lines at the top of a file that bring names in. */
export function importLines(lines: readonly string[]): string {
  return lines.slice(0, MOST_SCANNED).filter((line) => IMPORT.test(line)).slice(0, MOST_LINES).map((line) => line.trim()).join("\n");
}
