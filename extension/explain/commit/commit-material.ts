import type { ContextPart } from "../context/context-part.ts";
import { nameOfChange, type FileDiff } from "./diff-files.ts";

/** Beyond this many files the rest is told by name: every summary is a request of its own. */
export const MOST_SUMMARIES = 12;

/** The whole change as one piece of context, for changes that fit into the prompt. */
export function wholeChange(files: readonly FileDiff[]): ContextPart {
  const text = files.map((file) => (file.readable ? `--- ${nameOfChange(file)}\n${file.text}` : `--- ${nameOfChange(file)}`)).join("\n");
  return { kind: "subject", label: "change", text, language: "diff", trim: "end" };
}

/** The files worth a summary of their own, the largest change first. */
export function filesToSummarise(files: readonly FileDiff[]): FileDiff[] {
  return files.filter(({ readable, text }) => readable && text !== "").sort((a, b) => size(b) - size(a)).slice(0, MOST_SUMMARIES);
}

/** The change as a list of its files, with the summaries that were made. */
export function summarisedChange(files: readonly FileDiff[], summaries: ReadonlyMap<string, string>): ContextPart {
  const text = files.map((file) => {
    const summary = summaries.get(file.path);
    return summary === undefined ? nameOfChange(file) : `${nameOfChange(file)}: ${summary}`;
  }).join("\n");
  return { kind: "subject", label: "changed files", text, language: "", trim: "end" };
}

/** One file's change as context. */
export function changeOf(file: FileDiff): ContextPart {
  return { kind: "subject", label: "change", text: file.text, language: "diff", trim: "end" };
}

function size({ added, removed }: FileDiff): number {
  return added + removed;
}
