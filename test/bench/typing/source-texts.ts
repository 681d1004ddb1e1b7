import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../../runtime/entry.ts";

/** A place in a real file: `written` is to be typed between `before` and `after`. */
export interface SourceText {
  uri: string;
  languageId: string;
  before: string;
  written: string;
  after: string;
}

/** As they once were in this project, so that a change there changes no result here; and one of a package that it uses (MIT). */
const FILES: ReadonlyArray<[path: string, languageId: string]> = [
  ["test/fixtures/typing/openai-client.py.txt", "python"],
  ["test/fixtures/typing/supervisor.ts.txt", "typescript"],
  ["node_modules/ignore/index.js", "javascript"],
];

/** Lines in the middle of each file, so many of them that they have about `chars` characters together. */
export function sourceTexts(chars: number): SourceText[] {
  return FILES.map(([path, languageId]) => {
    const text = readFileSync(join(packageRoot(), path), "utf8").replaceAll("\r\n", "\n");
    const start = text.indexOf("\n", text.length >> 1) + 1;
    const end = text.indexOf("\n", start + chars / FILES.length);
    if (end === -1) throw new Error(`${path} is too short`);
    return { uri: `file:///typing/${path}`, languageId, before: text.slice(0, start), written: text.slice(start, end), after: text.slice(end) };
  });
}
