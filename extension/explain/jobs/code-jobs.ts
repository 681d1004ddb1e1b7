import { basename } from "node:path";

import * as vscode from "vscode";

import { RetortError } from "../../../runtime/errors.ts";
import type { ContextPart } from "../context/context-part.ts";
import { shownLabel } from "../context/describe-context.ts";
import { outlineOf } from "../context/enclosing-symbol.ts";
import { importLines } from "../context/imports.ts";
import { languageName } from "../context/language-name.ts";
import { placeOf, subject, wholeLines, type Place } from "../context/place.ts";
import { problemsIn, problemsPart } from "../context/problems.ts";
import { referencedSignatures } from "../context/signatures.ts";
import { documentFunction } from "../prompts/document-function.ts";
import { explainError } from "../prompts/explain-error.ts";
import { explainFile } from "../prompts/explain-file.ts";
import { explainSelection } from "../prompts/explain-selection.ts";
import type { Prompt } from "../prompts/prompt.ts";
import { suggestFix } from "../prompts/suggest-fix.ts";
import { writeTest } from "../prompts/write-test.ts";
import type { Job } from "../run/job.ts";

/** A place in a document: the cursor's, or the one that a quick fix names. */
export interface Spot {
  document: vscode.TextDocument;
  range: vscode.Range;
}

type OnError = (error: unknown) => void;

/** Code around a diagnostic outside any function, in lines to each side. */
const LINES_AROUND = 12;

export async function selectionJob(spot: Spot, onError: OnError): Promise<Job> {
  const place = await placeOf(spot.document, spot.range, onError);
  const selected = !spot.range.isEmpty;
  const range = selected ? spot.range : place.around?.range ?? linesAround(spot);
  const label = selected ? "selection" : place.around === null ? "code" : functionLabel(place);
  return job(vscode.l10n.t("Explain {0}", shownLabel(label, vscode.l10n.t)), explainSelection, place, [subject(place, label, range), ...aroundPart(place, range), ...await helpers(place, range, onError)]);
}

export async function fileJob({ document }: Spot, onError: OnError): Promise<Job> {
  const whole = wholeLines(document, 0, document.lineCount - 1);
  const place = await placeOf(document, whole, onError);
  const outline: ContextPart = { kind: "outline", label: "outline", text: outlineOf(place.symbols, place.lines), language: document.languageId, trim: "end" };
  return job(vscode.l10n.t("Explain file"), explainFile, place, [subject(place, "file", whole), outline]);
}

/** Throws `no_problem` when nothing is reported at the place. */
export async function errorJob(spot: Spot, onError: OnError): Promise<Job> {
  const problem = problemsIn(spot.document, spot.range)[0] ?? problemsIn(spot.document, spot.document.lineAt(spot.range.start.line).range)[0];
  if (problem === undefined) throw new RetortError({ code: "no_problem", message: vscode.l10n.t("No error or warning is reported at the cursor."), hint: vscode.l10n.t("Put the cursor on an underlined place.") });
  const place = await placeOf(spot.document, problem.range, onError);
  const range = place.around?.range ?? linesAround({ document: spot.document, range: problem.range });
  const code = subject(place, place.around === null ? "code" : functionLabel(place), range, "middle");
  return job(vscode.l10n.t("Explain error"), explainError, place, [code, problemsPart([problem]), ...await helpers(place, problem.range, onError, false)]);
}

export async function fixJob(spot: Spot, onError: OnError): Promise<Job> {
  const place = await placeOf(spot.document, spot.range, onError);
  const range = spot.range.isEmpty ? place.around?.range ?? linesAround(spot) : wholeLines(spot.document, spot.range.start.line, spot.range.end.line);
  return job(vscode.l10n.t("Suggest a fix"), suggestFix, place, [subject(place, "code", range), ...await helpers(place, range, onError)]);
}

export function documentJob(spot: Spot, onError: OnError): Promise<Job> {
  return functionJob(spot, vscode.l10n.t("Document"), documentFunction, onError);
}

export function testJob(spot: Spot, onError: OnError): Promise<Job> {
  return functionJob(spot, vscode.l10n.t("Write a test"), writeTest, onError);
}

/** Throws `no_function` without a selection and outside any function. */
async function functionJob(spot: Spot, title: string, prompt: Prompt, onError: OnError): Promise<Job> {
  const place = await placeOf(spot.document, spot.range, onError);
  const range = spot.range.isEmpty ? place.around?.range : spot.range;
  if (range === undefined) throw new RetortError({ code: "no_function", message: vscode.l10n.t("There is no function around the cursor."), hint: vscode.l10n.t("Put the cursor into a function, or select code.") });
  return job(title, prompt, place, [subject(place, spot.range.isEmpty ? functionLabel(place) : "selection", range), ...await helpers(place, range, onError)]);
}

function job(what: string, prompt: Prompt, { document }: Place, parts: ContextPart[]): Job {
  const file = basename(document.uri.path);
  return { title: `${what} · ${file}`, prompt, parts, file, language: languageName(document.languageId), target: document.uri.toString() };
}

function functionLabel({ around }: Place): string {
  return `function ${around?.name ?? ""}`;
}

/** The function around a selection that is only a piece of it. */
function aroundPart(place: Place, range: vscode.Range): ContextPart[] {
  if (place.around === null || range.contains(place.around.range)) return [];
  const whole = wholeLines(place.document, range.start.line, range.end.line);
  if (whole.contains(place.around.range)) return [];
  return [{ kind: "function", label: functionLabel(place), text: place.document.getText(place.around.range), language: place.document.languageId, trim: "middle" }];
}

/** What helps to understand the code: messages, signatures, imports. */
async function helpers(place: Place, range: vscode.Range, onError: OnError, withProblems = true): Promise<ContextPart[]> {
  const problems = withProblems ? problemsIn(place.document, range) : [];
  const imports = importLines(place.lines);
  return [
    ...(problems.length === 0 ? [] : [problemsPart(problems)]),
    ...await referencedSignatures(place.document, range, onError),
    ...(imports === "" || range.start.line === 0 ? [] : [{ kind: "imports", label: "imports", text: imports, language: place.document.languageId, trim: "end" } as const]),
  ];
}

function linesAround({ document, range }: Spot): vscode.Range {
  return wholeLines(document, Math.max(0, range.start.line - LINES_AROUND), Math.min(document.lineCount - 1, range.end.line + LINES_AROUND));
}
