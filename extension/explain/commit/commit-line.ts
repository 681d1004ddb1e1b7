import type { FileDiff } from "./diff-files.ts";

/** A conventional commit's first line. */
const COMMIT_LINE = /^(feat|fix|docs|style|refactor|perf|test|build|ci|chore|revert)(\([\w./@ -]{1,40}\))?(!?):\s*(\S.*)$/iu;
const MOST_CHARACTERS = 72;
const MOST_SUMMARY = 120;
/** Marks that models put around a line: bullets, quotes, backticks, headings, bold type, a label. */
const DECORATION = /^(?:[\s>#*`"'-]|\d+\.\s)+|[\s`"'*]+$/gu;
const LABEL = /^(?:commit message|message|subject|answer)\s*:\s*/iu;
const CHATTER = /^(?:sure|here(?:'s| is| are)|certainly|of course|okay|the commit message|this commit message|below)\b/iu;

/**
 * The commit line in a model's answer: the first conventional one; or else its first sentence under the type that the
 * files suggest. Null when nothing is usable. Whatever a model thought aloud is never used.
 */
export function commitLine(answer: string, files: readonly FileDiff[]): string | null {
  const lines = withoutThinking(answer).split("\n").map(undecorated).filter((line) => line !== "");
  for (const line of lines) {
    const match = COMMIT_LINE.exec(line);
    if (match !== null) return shortened(`${(match[1] ?? "").toLowerCase()}${match[2] ?? ""}${match[3] ?? ""}: ${tidy(match[4] ?? "")}`);
  }
  const sentence = lines.find((line) => !CHATTER.test(line) && !line.endsWith(":") && /\p{L}{2}/u.test(line));
  if (sentence === undefined) return null;
  const words = tidy(sentence.split(/(?<=[.!?])\s/u)[0] ?? sentence);
  return shortened(`${typeOf(files)}: ${words.slice(0, 1).toLowerCase()}${words.slice(1)}`);
}

/** The first line of a summary; null when there is none. */
export function summaryLine(answer: string): string | null {
  const line = withoutThinking(answer).split("\n").map(undecorated).find((text) => text !== "" && !CHATTER.test(text) && !text.endsWith(":"));
  return line === undefined ? null : tidy(line).slice(0, MOST_SUMMARY);
}

/** The client parts thinking off; this is the second lock for servers that send it in a shape of their own. */
function withoutThinking(answer: string): string {
  const closed = answer.lastIndexOf("</think>");
  const rest = closed < 0 ? answer : answer.slice(closed + "</think>".length);
  const opened = rest.indexOf("<think>");
  return opened < 0 ? rest : rest.slice(0, opened);
}

function undecorated(line: string): string {
  return line.replace(DECORATION, "").replace(LABEL, "").replace(DECORATION, "");
}

function tidy(text: string): string {
  return text.replace(/[*`]/gu, "").replace(/\s+/gu, " ").replace(/[.\s]+$/u, "");
}

function shortened(line: string): string {
  if (line.length <= MOST_CHARACTERS) return line;
  const cut = line.slice(0, MOST_CHARACTERS);
  const space = cut.lastIndexOf(" ");
  return (space > MOST_CHARACTERS / 2 ? cut.slice(0, space) : cut).replace(/[,;:.\s]+$/u, "");
}

/** What kind of change the paths alone speak of. */
function typeOf(files: readonly FileDiff[]): string {
  const all = (pattern: RegExp): boolean => files.length > 0 && files.every(({ path }) => pattern.test(path));
  if (all(/\.(?:md|mdx|rst|txt|adoc)$|(?:^|\/)docs?\//iu)) return "docs";
  if (all(/(?:^|\/)tests?\/|(?:^|\/)__tests__\/|\.(?:test|spec)\.\w+$|(?:^|\/)test_[^/]+$/iu)) return "test";
  if (all(/(?:^|\/)\.github\/|(?:^|\/)\.gitlab-ci/iu)) return "ci";
  if (all(/(?:^|\/)(?:package(?:-lock)?\.json|Makefile|CMakeLists\.txt|pyproject\.toml|Cargo\.(?:toml|lock)|[^/]*\.lock)$/iu)) return "build";
  return "chore";
}
