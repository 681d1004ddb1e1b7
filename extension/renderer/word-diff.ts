/** A stretch of two texts: in both, only in the first, or only in the second. */
export interface DiffPart {
  kind: "same" | "removed" | "added";
  text: string;
}

/** Beyond so many pairs of words the middle is shown as replaced: an answer of 2,000 words against another is within it. */
const MAX_PAIRS = 4_000_000;

/** What leads from one text to the other, word by word; white space and punctuation are words of their own. */
export function wordDiff(before: string, after: string): DiffPart[] {
  const a = words(before);
  const b = words(after);
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  const middle = diffMiddle(a.slice(head, a.length - tail), b.slice(head, b.length - tail));
  return joined([part("same", a.slice(0, head)), ...middle, part("same", a.slice(a.length - tail))]);
}

function words(text: string): string[] {
  return text.match(/\s+|[\p{L}\p{N}_]+|[^\s\p{L}\p{N}_]/gu) ?? [];
}

/** By the longest common subsequence. */
function diffMiddle(a: readonly string[], b: readonly string[]): DiffPart[] {
  if (a.length === 0 || b.length === 0 || a.length * b.length > MAX_PAIRS) return [part("removed", a), part("added", b)];
  const width = b.length + 1;
  const lengths = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number): number => lengths[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) lengths[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  }
  const parts: DiffPart[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      parts.push({ kind: "same", text: a[i++] ?? "" });
      j++;
    } else if (j >= b.length || (i < a.length && at(i + 1, j) >= at(i, j + 1))) parts.push({ kind: "removed", text: a[i++] ?? "" });
    else parts.push({ kind: "added", text: b[j++] ?? "" });
  }
  return parts;
}

function part(kind: DiffPart["kind"], list: readonly string[]): DiffPart {
  return { kind, text: list.join("") };
}

/** Neighbours of one kind become one; between two same parts what was removed stands before what was added. */
function joined(parts: readonly DiffPart[]): DiffPart[] {
  const result: DiffPart[] = [];
  let removed = "";
  let added = "";
  const flush = (): void => {
    if (removed !== "") result.push({ kind: "removed", text: removed });
    if (added !== "") result.push({ kind: "added", text: added });
    removed = "";
    added = "";
  };
  for (const { kind, text } of parts) {
    if (text === "") continue;
    if (kind === "removed") removed += text;
    else if (kind === "added") added += text;
    else {
      flush();
      const last = result.at(-1);
      if (last?.kind === "same") last.text += text;
      else result.push({ kind, text });
    }
  }
  flush();
  return result;
}

/** Share of the first text's and the second text's words that both have, 0 to 1; 1 for two empty texts. */
export function sharedShare(parts: readonly DiffPart[]): number {
  const size = (kind: DiffPart["kind"]) => parts.filter((one) => one.kind === kind).reduce((sum, { text }) => sum + words(text).filter((word) => word.trim() !== "").length, 0);
  const same = size("same");
  const all = 2 * same + size("removed") + size("added");
  return all === 0 ? 1 : (2 * same) / all;
}
