import type { NotebookScope } from "./cell.ts";
import type { Completion } from "./completion.ts";
import { preview } from "./preview.ts";
import { RESULT_FIELDS } from "./result-fields.ts";
import { templateEngine } from "./template.ts";
import { fieldsOf, followPath, type PathStep } from "./value-path.ts";

/** No path is longer; bounds the work on hostile input. */
const LONGEST_PATH = 200;
/** Characters of a value shown beside its name. */
const SHORT = 60;

/** What may stand inside `{{ }}` or `{% %}`: tag words, filters, variables, and the fields of results. */
export function completeExpression(text: string, isTag: boolean, scope: NotebookScope): { prefix: string; candidates: Completion[] } {
  const engine = templateEngine();
  if (isTag && /^-?\s*\w*$/.test(text)) return { prefix: /\w*$/.exec(text)?.[0] ?? "", candidates: engine.tagNames.map((name) => ({ text: name, type: "keyword" })) };
  const filter = /\|\s*(\w*)$/.exec(text.slice(-LONGEST_PATH));
  if (filter !== null) return { prefix: filter[1] ?? "", candidates: engine.filterNames.map((name) => ({ text: name, type: "function", detail: "filter" })) };
  const { path, prefix } = pathBefore(text);
  return { prefix, candidates: path.length === 0 ? variables(scope) : fields(path, scope) };
}

/** `solve.runs[0].an` is the path to `solve.runs[0]` and the word `an` being typed. */
export function pathBefore(text: string): { path: PathStep[]; prefix: string } {
  const whole = /[\p{L}\p{N}_.[\]]*$/u.exec(text.slice(-LONGEST_PATH))?.[0] ?? "";
  const prefix = /[\p{L}\p{N}_]*$/u.exec(whole)?.[0] ?? "";
  const steps = whole.slice(0, whole.length - prefix.length).match(/[\p{L}_][\p{L}\p{N}_]*|\[\d+\]/gu) ?? [];
  return { path: steps.map((step) => (step.startsWith("[") ? Number(step.slice(1, -1)) : step)), prefix };
}

export function variables({ values, stale }: NotebookScope): Completion[] {
  return Object.entries(values).map(([text, value]) => ({
    text, type: "variable", detail: stale.includes(text) ? `${preview(value, SHORT)} (out of date)` : preview(value, SHORT),
  }));
}

export function fields(path: PathStep[], scope: NotebookScope): Completion[] {
  const result = followPath(scope.values, path);
  if (!result.found) return [];
  if (result.value === undefined && path.length === 1) return Object.entries(RESULT_FIELDS).map(([text, detail]) => ({ text, type: "property", detail }));
  return fieldsOf(result.value).map((text) => {
    const field = followPath(scope.values, [...path, text]);
    return { text, type: "property", detail: field.found ? preview(field.value, SHORT) : "" };
  });
}
