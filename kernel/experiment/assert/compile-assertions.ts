import type { Assertion, AssertionSpec } from "../../cells/assert/assertion.ts";
import { isTemplate } from "../../cells/assert/fields.ts";
import { findAssertion } from "../../cells/assert/kinds.ts";
import { renderTemplate } from "../../cells/template.ts";
import { asRetortError, isCancelled } from "../../../runtime/errors.ts";
import type { RunRecord } from "../result.ts";
import { assertionName } from "./assertion-name.ts";
import { checkBoxed } from "./boxed.ts";
import type { Assertions, CheckResult, Finding, Row } from "./check.ts";
import type { CheckScope, CheckTools } from "./check-tools.ts";
import { checkContains } from "./contains.ts";
import { checkEquals } from "./equals.ts";
import { checkJs } from "./js.ts";
import { checkJson, jsonOf } from "./json.ts";
import { checkJudge } from "./judge.ts";
import { checkMatches } from "./matches.ts";
import { checkMetric, metricsOf } from "./metric.ts";
import { checkNumber } from "./number.ts";
import { checkSchema, type SchemaCache } from "./schema.ts";
import { checkScorer } from "./scorer.ts";
import { checkSimilar } from "./similar.ts";

/** What `assert:` of a cell says, ready for its runs. Templates are filled in anew for each run. */
export function compileAssertions(specs: readonly AssertionSpec[], tools: CheckTools): Assertions {
  const schemas: SchemaCache = new Map();
  return {
    check: async (run, row, signal) => {
      const results: CheckResult[] = [];
      for (const spec of specs) results.push(await checkOne(spec, run, row, { tools, schemas, signal }));
      return results;
    },
  };
}

interface Means {
  tools: CheckTools;
  schemas: SchemaCache;
  signal: AbortSignal;
}

async function checkOne(spec: AssertionSpec, run: RunRecord, row: Row | null, means: Means): Promise<CheckResult> {
  const started = performance.now();
  let name = assertionName(spec.name, spec.argument, spec.negated);
  let finding: Finding;
  try {
    const argument = filled(spec.argument, () => means.tools.values(run, row));
    name = assertionName(spec.name, argument, spec.negated);
    const read = findAssertion(spec.name)?.read(argument);
    finding = read?.ok === true ? await find(read.value, run, row, means) : { verdict: null, detail: read?.message ?? `there is no assertion \`${spec.name}\`` };
  } catch (error) {
    if (isCancelled(error) || means.signal.aborted) throw error;
    const { code, message } = asRetortError(error);
    finding = { verdict: null, detail: `${code}: ${message}` };
  }
  const { verdict, detail, score = null } = finding;
  const passed = verdict !== null && verdict !== spec.negated;
  return { name, passed, verdict: verdict === null ? "none" : passed ? "pass" : "fail", detail: verdict === null ? `no verdict: ${detail}` : detail, score, ms: performance.now() - started };
}

function find(assertion: Assertion, run: RunRecord, row: Row | null, { tools, schemas, signal }: Means): Finding | Promise<Finding> {
  switch (assertion.kind) {
    case "equals": return checkEquals(assertion, run);
    case "contains": return checkContains(assertion, run);
    case "matches": return checkMatches(assertion, run, tools, signal);
    case "boxed": return checkBoxed(assertion, run);
    case "number": return checkNumber(assertion, run);
    case "json": return checkJson(assertion, run);
    case "schema": return checkSchema(assertion, run, tools, schemas);
    case "similar": return checkSimilar(assertion, run, tools, signal);
    case "judge": return checkJudge(assertion, run, tools, signal);
    case "metric": return checkMetric(assertion, run);
    case "js": return checkJs(assertion, scopeOf(run, row), tools, signal);
    case "scorer": return checkScorer(assertion, scopeOf(run, row), tools, signal);
  }
}

function scopeOf(run: RunRecord, row: Row | null): CheckScope {
  return {
    answer: run.answer, thinking: run.thinking, boxed: run.boxed, json: jsonOf(run) ?? null, finish: run.reply?.finish ?? null,
    metrics: metricsOf(run), row, run: run.repeat, seed: run.seed, steps: run.reply?.steps ?? [],
  };
}

/** The argument with the templates in its texts filled in. Throws TemplateError. */
function filled(argument: unknown, values: () => Record<string, unknown>): unknown {
  if (typeof argument === "string") return isTemplate(argument) ? renderTemplate(argument, values()) : argument;
  if (Array.isArray(argument)) return argument.map((item) => filled(item, values));
  if (typeof argument !== "object" || argument === null) return argument;
  return Object.fromEntries(Object.entries(argument).map(([key, value]) => [key, filled(value, values)]));
}
