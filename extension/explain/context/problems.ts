import * as vscode from "vscode";

import type { ContextPart } from "./context-part.ts";

const MOST_PROBLEMS = 8;
const SEVERITIES = ["error", "warning", "information", "hint"] as const;

/** Diagnostics that touch the range, the worst first. */
export function problemsIn(document: vscode.TextDocument, range: vscode.Range): vscode.Diagnostic[] {
  return vscode.languages.getDiagnostics(document.uri)
    .filter((diagnostic) => diagnostic.range.intersection(range) !== undefined)
    .sort((a, b) => a.severity - b.severity)
    .slice(0, MOST_PROBLEMS);
}

export function problemsPart(diagnostics: readonly vscode.Diagnostic[]): ContextPart {
  return { kind: "diagnostics", label: "messages", text: diagnostics.map(line).join("\n"), language: "", trim: "end" };
}

function line({ range, severity, message, source, code, relatedInformation }: vscode.Diagnostic): string {
  const id = typeof code === "object" ? code.value : code;
  const from = [source, id].filter((part) => part !== undefined && part !== "").join(" ");
  const related = (relatedInformation ?? []).slice(0, 3).map((each) => `\n  ${each.message}`).join("");
  return `line ${range.start.line + 1}: ${SEVERITIES[severity]}${from === "" ? "" : ` (${from})`}: ${message}${related}`;
}
