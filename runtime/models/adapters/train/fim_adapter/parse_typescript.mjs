// Reads a JSON list of TypeScript texts and writes a list of booleans: true for a text without a syntax error.
import { text } from "node:stream/consumers";
import ts from "typescript";

const sources = JSON.parse(await text(process.stdin));
const parses = sources.map((source) => ts.createSourceFile("file.tsx", source, ts.ScriptTarget.Latest, false).parseDiagnostics.length === 0 || ts.createSourceFile("file.ts", source, ts.ScriptTarget.Latest, false).parseDiagnostics.length === 0);
process.stdout.write(JSON.stringify(parses));
