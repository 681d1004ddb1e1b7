import * as vscode from "vscode";

import type { ContextPart } from "./context-part.ts";
import { references, type Reference } from "./references.ts";
import { signatureAt } from "./signature.ts";
import { timeBox } from "./time-box.ts";

const MOST_REFERENCES = 16;
const MOST_SIGNATURES = 8;
/** For all look-ups together, in ms: they run at once. */
const DEFINITIONS_MS = 400;

/** Signatures of what the code in `range` calls, as far as the language service finds them in time and outside `range`. */
export async function referencedSignatures(document: vscode.TextDocument, range: vscode.Range, onError: (error: unknown) => void): Promise<ContextPart[]> {
  const start = document.offsetAt(range.start);
  const found = references(document.getText(range), MOST_REFERENCES);
  const look = async (reference: Reference): Promise<ContextPart | null> => {
    const position = document.positionAt(start + reference.offset);
    return timeBox(signatureOf(document, position, reference.name, range), DEFINITIONS_MS, null, onError);
  };
  const parts = (await Promise.all(found.map(look))).filter((part) => part !== null);
  return unique(parts).slice(0, MOST_SIGNATURES);
}

async function signatureOf(document: vscode.TextDocument, position: vscode.Position, name: string, range: vscode.Range): Promise<ContextPart | null> {
  const places = await vscode.commands.executeCommand<ReadonlyArray<vscode.Location | vscode.LocationLink> | undefined>("vscode.executeDefinitionProvider", document.uri, position);
  const place = places?.[0];
  if (place === undefined) return null;
  const uri = "targetUri" in place ? place.targetUri : place.uri;
  const at = "targetUri" in place ? place.targetSelectionRange ?? place.targetRange : place.range;
  if (uri.toString() === document.uri.toString() && range.contains(at.start)) return null;
  const target = await vscode.workspace.openTextDocument(uri);
  const first = Math.max(0, at.start.line - 3);
  const lines = target.getText(new vscode.Range(first, 0, at.start.line + 10, 0)).split(/\r?\n/u);
  return { kind: "signature", label: `signature of ${name}`, text: signatureAt(lines, at.start.line - first), language: target.languageId, trim: "none" };
}

function unique(parts: readonly ContextPart[]): ContextPart[] {
  return parts.filter(({ text }, index) => text.trim() !== "" && parts.findIndex((other) => other.text === text) === index);
}
