import type { Diagnostic, QuickFix, Range } from "./cell.ts";

export function errorAt(range: Range, code: string, message: string, fix?: QuickFix): Diagnostic {
  return { severity: "error", code, message, range, ...(fix === undefined ? {} : { fix }) };
}

export function warningAt(range: Range, code: string, message: string, fix?: QuickFix): Diagnostic {
  return { severity: "warning", code, message, range, ...(fix === undefined ? {} : { fix }) };
}

/** True if the cell must not run. */
export function hasErrors(diagnostics: Diagnostic[]): boolean {
  return diagnostics.some((diagnostic) => diagnostic.severity === "error");
}

/** Replaces what stands in `range`. */
export function replaceFix(range: Range, replacement: string): QuickFix {
  return { title: `Change to \`${replacement}\``, range, replacement };
}
