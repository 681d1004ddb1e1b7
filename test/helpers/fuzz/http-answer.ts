/** One answer of an HTTP/1.1 server. */
export interface HttpAnswer {
  status: number;
  /** By lower-case name; a name that comes twice is refused. */
  headers: Map<string, string>;
  body: string;
}

/** The connection ended in the middle of an answer; what came of it was right. */
export class CutAnswer extends Error {}

const STATUS_LINE = /^HTTP\/1\.1 ([1-5]\d\d) [\x20-\x7e]*$/;
const HEADER = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+): ?([\x20-\x7e]*)$/;
const HEAD_END = "\r\n\r\n";

/**
 * The answers in what a server sent on one connection, in order. Strict: throws where a byte is out of place. The answer
 * to HEAD has no body where the server could read so far; `head` says that the first request was one.
 */
export function readAnswers(bytes: Buffer, head = false): HttpAnswer[] {
  const answers: HttpAnswer[] = [];
  let rest = bytes.toString("latin1");
  while (rest !== "") {
    const end = rest.indexOf(HEAD_END);
    if (end < 0) throw new CutAnswer(`an answer without the end of its headers: ${JSON.stringify(rest.slice(0, 200))}`);
    const { status, headers } = readHead(rest.slice(0, end));
    const after = rest.slice(end + HEAD_END.length);
    const bare = status < 200 || status === 204 || status === 304 || (head && answers.length === 0 && (after === "" || after.startsWith("HTTP/")));
    const { body, rest: next } = bare ? { body: "", rest: after } : readBody(headers, after);
    if (status >= 200) answers.push({ status, headers, body: Buffer.from(body, "latin1").toString() });
    rest = next;
  }
  return answers;
}

function readHead(text: string): Pick<HttpAnswer, "status" | "headers"> {
  const [first = "", ...lines] = text.split("\r\n");
  const status = STATUS_LINE.exec(first)?.[1];
  if (status === undefined) throw new Error(`no status line: ${JSON.stringify(first.slice(0, 200))}`);
  const headers = new Map<string, string>();
  for (const line of lines) {
    const [, name = "", value = ""] = HEADER.exec(line) ?? [];
    if (name === "" || headers.has(name.toLowerCase())) throw new Error(`a header that is none, or twice: ${JSON.stringify(line)}`);
    headers.set(name.toLowerCase(), value);
  }
  return { status: Number(status), headers };
}

function readBody(headers: ReadonlyMap<string, string>, text: string): { body: string; rest: string } {
  const length = headers.get("content-length");
  if (headers.get("transfer-encoding") === "chunked") return readChunks(text);
  if (length === undefined) return { body: text, rest: "" };
  if (!/^\d+$/.test(length)) throw new Error(`a length that is none: ${length}`);
  if (text.length < Number(length)) throw new CutAnswer(`a body of ${text.length} bytes where ${length} were said`);
  return { body: text.slice(0, Number(length)), rest: text.slice(Number(length)) };
}

function readChunks(text: string): { body: string; rest: string } {
  let body = "";
  for (let at = 0; ;) {
    const end = text.indexOf("\r\n", at);
    if (end < 0) throw new CutAnswer("a chunk without its size");
    const size = text.slice(at, end);
    if (!/^[0-9a-f]+$/i.test(size)) throw new Error(`a chunk without its size: ${JSON.stringify(text.slice(at, at + 80))}`);
    const from = end + 2;
    const to = from + Number.parseInt(size, 16);
    if (text.length < to + 2) throw new CutAnswer("a chunk that is cut off");
    if (text.slice(to, to + 2) !== "\r\n") throw new Error("a chunk that is longer than its size");
    if (to === from) return { body, rest: text.slice(to + 2) };
    body += text.slice(from, to);
    at = to + 2;
  }
}
