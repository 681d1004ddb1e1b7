/** A name that works in templates and in `%%js`: letters of any script, digits, `_`. */
const NAME = /^[\p{L}_][\p{L}\p{N}_]*$/u;

/** Words with a meaning of their own in templates or in JavaScript. */
const RESERVED = new Set([
  "_", "__proto__", "constructor", "prototype", "arguments", "eval", "undefined",
  "and", "or", "not", "contains", "nil", "empty", "blank", "forloop", "tablerowloop",
  "await", "break", "case", "catch", "class", "const", "continue", "debugger", "default", "delete", "do", "else", "enum", "export",
  "extends", "false", "finally", "for", "function", "if", "import", "in", "instanceof", "let", "new", "null", "return", "static",
  "super", "switch", "this", "throw", "true", "try", "typeof", "var", "void", "while", "with", "yield",
  "ask", "chart", "clear", "console", "display", "html", "input", "markdown", "require", "run", "scorer", "sleep", "svg", "table",
  "tool", "vars",
]);

/** Why `name` cannot name a variable or a result, as the end of a sentence; null if it can. */
export function nameProblem(name: string): string | null {
  if (!NAME.test(name)) return "is not a name: use letters, digits and `_`, and begin with a letter";
  if (RESERVED.has(name)) return "is a word of the language";
  return null;
}
