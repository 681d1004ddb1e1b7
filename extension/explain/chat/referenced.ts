import { basename } from "node:path";

import * as vscode from "vscode";

import type { ContextPart } from "../context/context-part.ts";
import { languageName } from "../context/language-name.ts";
import type { Prompt } from "../prompts/prompt.ts";
import type { Job } from "../run/job.ts";

const MOST_REFERENCES = 8;

/** A question about the files, selections and texts that were attached to it. */
export async function referencedJob(prompt: Prompt, references: readonly vscode.ChatPromptReference[]): Promise<Job> {
  const parts = (await Promise.all(references.slice(0, MOST_REFERENCES).map(partOf))).filter((part) => part !== null);
  const [first] = parts;
  return { title: "@retort", prompt, parts, file: "", language: first === undefined ? "" : languageName(first.language), target: null };
}

async function partOf({ value, modelDescription, id }: vscode.ChatPromptReference): Promise<ContextPart | null> {
  if (typeof value === "string") return { kind: "subject", label: modelDescription ?? id, text: value, language: "", trim: "end" };
  const uri = value instanceof vscode.Uri ? value : value instanceof vscode.Location ? value.uri : null;
  if (uri === null) return null;
  const document = await vscode.workspace.openTextDocument(uri);
  const text = value instanceof vscode.Location ? document.getText(value.range) : document.getText();
  return { kind: "subject", label: basename(uri.path), text, language: document.languageId, trim: "end" };
}
