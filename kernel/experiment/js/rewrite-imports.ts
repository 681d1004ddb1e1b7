/** Name of the global function that takes the place of `import()`. */
export const IMPORT_FUNCTION = "__import";

/** Strings, templates and comments, which stay as they are, or an `import(`. */
const SKIP_OR_IMPORT = /("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\[^]|[^`\\])*`|\/\/.*|\/\*[^]*?\*\/)|(?<![.\w$])import(?=\s*\()/g;

/**
 * Code whose `import(...)` calls go to {@link IMPORT_FUNCTION}: code that comes in through the inspector has no
 * loader of its own. Line numbers stay. A call inside a template's `${}` is not seen.
 */
export function rewriteImports(code: string): string {
  return code.replace(SKIP_OR_IMPORT, (match: string, skipped: string | undefined) => (skipped === undefined ? IMPORT_FUNCTION : match));
}
