import { nameProblem } from "../names.ts";
import type { AssertionKind } from "./kind.ts";
import { kind } from "./kind.ts";
import { bounds, fields, filledText, isMapping, isTemplate, text, WrongArgument } from "./fields.ts";

const MAX_CODE = 10_000;
const BOUND_KEYS = ["at_least", "at_most", "above", "below", "equals", "tolerance"];

/** Assertions in code of the user's own. */
export const CODE_KINDS: readonly AssertionKind[] = [
  kind("js", "a JavaScript expression",
    "The expression is true. It sees `answer`, `thinking`, `boxed`, `json`, `finish`, `metrics`, `row`, `run`, `seed`, `vars` and the names of `%%js` cells.", 'js: "answer.length < 100"', (argument) => {
      const code = filledText("js", argument);
      if (code.length > MAX_CODE) throw new WrongArgument("out_of_range", `\`js\` may have ${MAX_CODE} characters; more belongs into a scorer in a %%js cell.`);
      return { kind: "js", code };
    }),
  kind("scorer", "the name of a scorer, or `{ name, at_least }`",
    "A function that a `%%js` cell defined with `scorer(name, fn)`. It gets the same names in one object and gives true, false or a number; a number without limits must be at least 1.",
    "scorer: { name: polite, at_least: 0.5 }", (argument) => {
      const given = isMapping(argument) ? fields("scorer", argument, ["name", ...BOUND_KEYS]) : { name: argument };
      const name = text("scorer", given.name, isMapping(argument) ? ["name"] : []);
      const problem = isTemplate(name) ? null : nameProblem(name);
      if (problem !== null) throw new WrongArgument("bad_name", `\`${name.slice(0, 60)}\` ${problem}.`, isMapping(argument) ? ["name"] : []);
      return { kind: "scorer", name, bounds: isMapping(argument) ? bounds("scorer", argument, ["name"]) : {} };
    }),
];
