import { RetortError } from "../../runtime/errors.ts";

/** A cell as the text form has it. */
export interface TextCell {
  type: "code" | "markdown" | "raw";
  source: string;
  /** Standard tags, such as `parameters`. */
  tags: string[];
}

/** First line of a text export, with the number of the form. */
const HEADER = "<!-- retort 1 -->";
/** Between two Markdown cells. */
const CELL_MARK = "<!-- cell -->";
const KINDS: Readonly<Record<TextCell["type"], string>> = { code: "retort", raw: "retort-raw", markdown: "retort-markdown" };
const FENCE = /^(`{3,})(retort|retort-raw|retort-markdown)(?: tags=(\S*))?$/;
const MIN_FENCE = 3;

/**
 * A notebook as one Markdown text for review: Markdown cells as they are, code cells fenced. {@link fromText} gives
 * the same cells again, whatever they hold.
 */
export function toText(cells: readonly TextCell[]): string {
  let text = `${HEADER}\n`;
  let afterMarkdown = false;
  for (const cell of cells) {
    const isPlain = cell.type === "markdown" && cell.tags.length === 0 && readsBack(cell.source);
    text += isPlain && afterMarkdown ? `\n${CELL_MARK}\n\n` : "\n";
    text += isPlain ? `${cell.source}\n` : fenced(cell);
    afterMarkdown = isPlain;
  }
  return text;
}

/** The cells of a text. Throws `not_text_form` for another text, `text_form_unclosed` for a cell without its end. */
export function fromText(text: string): TextCell[] {
  const lines = linesOf(text);
  if (lines[0] !== HEADER) {
    throw new RetortError({ code: "not_text_form", message: `This is no text export of a notebook: its first line is not \`${HEADER}\`.`, hint: "Give a .retort.md file as `retort export` writes it.", status: 400 });
  }
  const cells: TextCell[] = [];
  let markdown: string[] = [];
  const flush = (): void => {
    const source = withoutBlankEnds(markdown).join("\n");
    if (source !== "") cells.push({ type: "markdown", source, tags: [] });
    markdown = [];
  };
  for (let i = 1; i < lines.length; i++) {
    const [, fence, kind, tags = ""] = FENCE.exec(lines[i] ?? "") ?? [];
    if (fence === undefined) {
      if (lines[i] === CELL_MARK) flush();
      else markdown.push(lines[i] ?? "");
      continue;
    }
    flush();
    const end = lines.indexOf(fence, i + 1);
    if (end < 0) throw new RetortError({ code: "text_form_unclosed", message: `The cell that begins in line ${i + 1} has no end: a line of ${fence.length} backticks.`, status: 400 });
    const type = (Object.keys(KINDS) as Array<TextCell["type"]>).find((one) => KINDS[one] === kind) ?? "code";
    cells.push({ type, source: lines.slice(i + 1, end).join("\n"), tags: tags.split(",").filter((tag) => tag !== "").map(decodeURIComponent) });
    i = end;
  }
  flush();
  return cells;
}

/** True for Markdown that comes back as it was when it stands between other cells without a fence. */
function readsBack(source: string): boolean {
  const lines = source.split("\n");
  if (source.includes("\r") || isBlank(lines[0] ?? "") || isBlank(lines.at(-1) ?? "")) return false;
  return !lines.some((line) => FENCE.test(line) || line === CELL_MARK || line === HEADER);
}

function fenced({ type, source, tags }: TextCell): string {
  const longest = Math.max(0, ...[...source.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = "`".repeat(Math.max(MIN_FENCE, longest + 1));
  // A comma and a space would end a tag.
  const tagged = tags.length === 0 ? "" : ` tags=${tags.map((tag) => encodeURIComponent(tag)).join(",")}`;
  return `${fence}${KINDS[type]}${tagged}\n${source}\n${fence}\n`;
}

/** Where a version control system has put Windows line ends everywhere, they are taken away again. */
function linesOf(text: string): string[] {
  const lines = text.replace(/^\uFEFF/, "").split("\n");
  return lines[0]?.endsWith("\r") === true ? lines.map((line) => line.replace(/\r$/, "")) : lines;
}

function withoutBlankEnds(lines: readonly string[]): string[] {
  const first = lines.findIndex((line) => !isBlank(line));
  return first < 0 ? [] : lines.slice(first, lines.findLastIndex((line) => !isBlank(line)) + 1);
}

function isBlank(line: string): boolean {
  return line.trim() === "";
}
