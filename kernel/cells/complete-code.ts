import type { NotebookScope } from "./cell.ts";
import { fields, pathBefore, variables } from "./complete-expression.ts";
import type { Completion } from "./completion.ts";

/** The functions that `%%js` cells have besides JavaScript's own. */
const FUNCTIONS: Readonly<Record<string, string>> = {
  ask: "await ask(text, settings): asks the model once",
  run: "await run(name, overrides): runs a named prompt cell again",
  vars: "the notebook's variables",
  table: "table(rows): shows an array of objects as a table",
  chart: "chart(spec): draws a Vega-Lite specification",
  display: "display(bundle): shows data by MIME type",
  html: "html(text)", markdown: "markdown(text)", svg: "svg(text)",
  clear: "empties the cell's output",
  input: "await input(prompt): asks the user for a line",
  sleep: "await sleep(ms)",
  tool: "tool(name, schema, fn, description): a function that prompt cells may offer to a model",
  scorer: "scorer(name, fn): a function for `scorer:` assertions",
};

/** What may stand in `%%js` code: results and their fields, variables after `vars.`, our functions. JavaScript itself is the editor's. */
export function completeCode(text: string, scope: NotebookScope): { prefix: string; candidates: Completion[] } {
  const { path, prefix } = pathBefore(text);
  if (path[0] === "vars") return { prefix, candidates: path.length === 1 ? variables(scope) : fields(path.slice(1), scope) };
  if (path.length > 0) return { prefix, candidates: fields(path, scope) };
  const functions = Object.entries(FUNCTIONS).map(([name, detail]): Completion => ({ text: name, type: name === "vars" ? "variable" : "function", detail }));
  return { prefix, candidates: [...variables(scope), ...functions] };
}
