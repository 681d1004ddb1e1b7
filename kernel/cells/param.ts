import type { Command } from "./cell.ts";
import { errorAt } from "./diagnostic.ts";
import { nameProblem } from "./names.ts";
import { parseParameters, type Parameters } from "./parameters.ts";

/** The variable that a `%param name = value` line sets: one value, or a diagnostic that covers the line. */
export function paramOf({ rest, range }: Command): Parameters {
  const { values, diagnostics } = parseParameters(rest, 0, rest.length);
  const [value] = values;
  if (value === undefined || values.length > 1 || diagnostics.some((diagnostic) => diagnostic.severity === "error")) {
    return { values: [], diagnostics: [errorAt(range, "bad_literal", diagnostics[0]?.message ?? "Expected `%param name = value`.")] };
  }
  const problem = nameProblem(value.key);
  return { values, diagnostics: problem === null ? [] : [errorAt(range, "bad_name", `\`${value.key}\` ${problem}.`)] };
}
