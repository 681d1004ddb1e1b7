import { packageRoot } from "../../../runtime/entry.ts";
import { CutAnswer, readAnswers, type HttpAnswer } from "./http-answer.ts";
import type { HttpCase } from "./http-case.ts";

/** Lines of a stack trace, and names of our files: no client is to see them. */
const INSIDES = /\n\s+at .+[:)]|node_modules|file:\/\/\/work|\.ts:\d/;

/** What is wrong with what the server sent; null: nothing. `seen` gets the status and code of each answer. */
export function judgeAnswers({ pieces, then, kind }: HttpCase, bytes: Buffer, secret: string, seen: (what: string) => void): string | null {
  const text = bytes.toString();
  if (text.includes(secret) || text.includes(packageRoot()) || INSIDES.test(text)) return `the answer tells too much: ${text.slice(0, 500)}`;
  // Whoever has gone cannot be sure of an answer, or of a whole one.
  if (then === "reset") return null;
  const leaving = then === "half-close";
  let answers: HttpAnswer[];
  try {
    answers = readAnswers(bytes, /^\s*HEAD /.test(pieces[0] ?? ""));
  } catch (error) {
    if (leaving && error instanceof CutAnswer) return null;
    return `not HTTP: ${error instanceof Error ? error.message : String(error)}`;
  }
  for (const { status, body } of answers) seen(`${status} ${errorOf(body)?.code ?? ""}`.trim());
  if (answers.length === 0) return leaving ? null : `no answer (${kind})`;
  return answers.map((answer) => judge(answer, pieces)).find((why) => why !== null) ?? null;
}

function judge({ status, headers, body }: HttpAnswer, pieces: readonly string[]): string | null {
  if (status < 400) return null;
  if (body === "" && /(^|\n)\s*HEAD /.test(pieces.join(""))) return null;
  const error = errorOf(body);
  if (error === null) return `status ${status} without a coded error: ${body.slice(0, 300)} ${JSON.stringify([...headers])}`;
  if (error.code === "internal_error") return `an internal error: ${body.slice(0, 300)}`;
  return null;
}

function errorOf(body: string): { code: string } | null {
  try {
    const { error } = JSON.parse(body) as { error?: Record<string, unknown> };
    const complete = error !== undefined && [error["code"], error["message"], error["type"], error["hint"]].every((part) => typeof part === "string" && part !== "");
    return complete ? (error as { code: string }) : null;
  } catch {
    return null;
  }
}
