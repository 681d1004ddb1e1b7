import type { NotebookScope, SettingsCell } from "../cells/cell.ts";
import { COMPARE_LANGUAGE, type MarginSetting } from "../cells/compare-keys.ts";
import type { CompareSource } from "../cells/compare-source.ts";
import { valuesOf } from "../cells/kind-key.ts";
import { compareOutput } from "../display/compare-table.ts";
import { type Comparison, compareSets, type FigureComparison } from "../experiment/compare/compare-sets.ts";
import type { Margin } from "../experiment/compare/verdict.ts";
import { METRIC_ALIASES } from "../experiment/metrics.ts";
import type { ExecuteContext, ExecuteOutcome } from "../jupyter/interpreter.ts";
import type { NotebookState } from "./notebook-state.ts";
import { type PrecisionServices, runPrecisionCell } from "./precision-cell.ts";
import { readResultSet } from "./result-sets.ts";

export interface CompareServices extends PrecisionServices {
  state: NotebookState;
  /** The notebook's, for files. */
  folder: string;
}

/** Runs a `%%compare` cell that `validateCell` found free of errors. Errors: those of {@link readResultSet} and of {@link runPrecisionCell}. */
export async function runCompareCell(cell: SettingsCell, services: CompareServices, context: ExecuteContext): Promise<ExecuteOutcome> {
  const { state } = services;
  const scope = state.scope();
  const values = valuesOf(cell.settings, COMPARE_LANGUAGE, scope);
  if (values["precision"] !== undefined) return keep(await runPrecisionCell(values, services, context), [], values, state);
  const [a, b] = [values["a"], values["b"]] as [CompareSource, CompareSource];
  const comparison = await compareSources(a, b, values, scope, services.folder);
  const { data, metadata } = compareOutput(comparison);
  context.display(data, { metadata: { ...metadata, retort: { format: 1, compare: [a.text, b.text], name: values["name"] ?? null } } });
  return keep(namedComparison(comparison), [a, b].flatMap((source) => (source.kind === "result" ? [source.name] : [])), values, state);
}

async function compareSources(a: CompareSource, b: CompareSource, settings: Record<string, unknown>, scope: NotebookScope, folder: string): Promise<Comparison> {
  const [left, right] = [await readResultSet(a, scope.values, folder), await readResultSet(b, scope.values, folder)];
  return compareSets(left, right, {
    show: (settings["show"] as string[] | undefined) ?? null,
    marginOf: (figure) => marginOf(settings["margin"] as MarginSetting | { by: Record<string, MarginSetting> } | undefined, figure),
  });
}

/** A margin by name may stand under the figure's alias. */
function marginOf(margin: MarginSetting | { by: Record<string, MarginSetting> } | undefined, figure: string): Margin | undefined {
  if (margin === undefined || !("by" in margin)) return margin;
  const alias = Object.hasOwn(METRIC_ALIASES, figure) ? METRIC_ALIASES[figure] : Object.entries(METRIC_ALIASES).find(([, name]) => name === figure)?.[0];
  return [figure, alias].flatMap((name) => (name !== undefined && Object.hasOwn(margin.by, name) ? margin.by[name] ?? [] : []))[0];
}

function keep(value: Record<string, unknown>, inputs: string[], values: Record<string, unknown>, { names }: NotebookState): ExecuteOutcome {
  names.setResult("_", value, inputs);
  if (typeof values["name"] === "string") names.setResult(values["name"], value, inputs);
  return { status: "ok" };
}

/** A comparison as templates and `%%js` cells see it. Plain JSON. */
export function namedComparison({ figures, pairing }: Comparison): Record<string, unknown> {
  return {
    pairs: pairing.pairs,
    figures: Object.fromEntries(figures.map((figure) => [figure.figure.name, plainFigure(figure)])),
    table: figures.map((figure) => ({ figure: figure.figure.name, ...plainFigure(figure) })),
  };
}

function plainFigure({ figure, a, b, pairs, difference, ratio, adjusted, verdict }: FigureComparison): Record<string, unknown> {
  return {
    unit: figure.unit, a: a.mean, b: b.mean, pairs,
    difference: difference?.value ?? null, difference_low: difference?.interval?.low ?? null, difference_high: difference?.interval?.high ?? null,
    ratio: ratio?.value ?? null, ratio_low: ratio?.interval?.low ?? null, ratio_high: ratio?.interval?.high ?? null,
    change_percent: ratio === null ? null : (ratio.value - 1) * 100, p: adjusted, verdict,
  };
}
