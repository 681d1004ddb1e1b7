import type { Range } from "./cell.ts";
import { codeTokens, type CodeToken } from "./code-tokens.ts";

/** A place in code that stands, or may stand, for a name of the notebook. */
export interface CodeName {
  name: string;
  range: Range;
  /** `vars.name`: a variable. `result`: the global of a named result, or `run("name")`. */
  refersTo: "variable" | "result";
  /** False: it may be another thing of the same name, such as a local constant. */
  certain: boolean;
}

/** Words after which a name is given to something of the code's own. */
const DECLARING = new Set(["const", "let", "var", "function", "class", "import", "catch"]);

/** The names in JavaScript or TypeScript that may be the notebook's, in their order. Ranges are offsets in `code`. */
export function codeNames(code: string): CodeName[] {
  const tokens = codeTokens(code);
  const own = ownNames(tokens);
  return tokens.flatMap((token, index): CodeName[] => {
    const found = token.type === "word" || token.type === "text" ? read(tokens, index) : null;
    if (found === null) return [];
    const isShadowed = found.refersTo === "result" && token.type === "word" && own.has(token.text);
    return [{ ...found, name: token.text, range: { start: token.start, end: token.end }, certain: found.certain && !isShadowed }];
  });
}

function read(tokens: readonly CodeToken[], index: number): Pick<CodeName, "refersTo" | "certain"> | null {
  const { type, inside } = tokens[index] as CodeToken;
  const before = tokens[index - 1]?.text ?? "";
  const after = tokens[index + 1]?.text ?? "";
  const owner = isMember(tokens, index - 2) ? "" : tokens[index - 2]?.text;
  if (type === "text") {
    if (before === "[" && after === "]" && owner === "vars") return { refersTo: "variable", certain: true };
    return before === "(" && owner === "run" ? { refersTo: "result", certain: true } : null;
  }
  if (before === "." || before === "?.") return owner === "vars" ? { refersTo: "variable", certain: true } : null;
  if (DECLARING.has(before)) return { refersTo: "result", certain: false };
  const isInBraces = inside === "{" && (before === "{" || before === ",");
  if (isInBraces && (after === ":" || after === "(")) return null;
  // `{ solve }` is short for `{ solve: solve }`: a new name would change the property, too.
  return { refersTo: "result", certain: !(isInBraces && (after === "," || after === "}")) };
}

function isMember(tokens: readonly CodeToken[], index: number): boolean {
  const before = tokens[index - 1]?.text;
  return before === "." || before === "?.";
}

/** Names that the code declares itself: constants, functions, parameters, what it takes out of objects. */
function ownNames(tokens: readonly CodeToken[]): Set<string> {
  const names = new Set<string>();
  const add = (token: CodeToken | undefined): void => {
    if (token?.type === "word") names.add(token.text);
  };
  for (const [index, token] of tokens.entries()) {
    if (DECLARING.has(token.text) && token.type === "word" && !isMember(tokens, index)) for (const declared of declaredAfter(tokens, index)) add(declared);
    if (token.text === "=>") for (const parameter of parametersBefore(tokens, index)) add(parameter);
  }
  return names;
}

/** Everything up to `=`, `of` or the end of the parameter list: it costs nothing to take too many for the code's own. */
function declaredAfter(tokens: readonly CodeToken[], index: number): CodeToken[] {
  const rest = tokens.slice(index + 1, index + 200);
  const isFunction = tokens[index]?.text === "function";
  const end = rest.findIndex(({ text }) => (isFunction ? text === "{" : text === "=" || text === "of" || text === "in" || text === ";" || text === ")"));
  return end < 0 ? rest : rest.slice(0, end);
}

function parametersBefore(tokens: readonly CodeToken[], index: number): CodeToken[] {
  const last = tokens[index - 1];
  if (last?.text !== ")") return last === undefined ? [] : [last];
  let depth = 0;
  for (let at = index - 1; at >= 0; at -= 1) {
    if (tokens[at]?.text === ")") depth += 1;
    if (tokens[at]?.text === "(") depth -= 1;
    if (depth === 0) return tokens.slice(at, index);
  }
  return [];
}
