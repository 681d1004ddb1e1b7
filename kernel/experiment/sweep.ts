import type { Axis, Matrix } from "../cells/matrix.ts";
import type { Corner } from "./plan.ts";

/** One combination of a matrix: how tables call it, and what it sets. */
export interface SweepPoint {
  corner: Corner;
  /** Keys of the request. */
  settings: Readonly<Record<string, unknown>>;
  /** Variables of the template. */
  variables: Readonly<Record<string, unknown>>;
  /** Template of a prompt variant, put in for `{{ prompt }}`; null without variants. */
  prompt: string | null;
}

/** Every combination, the last axis changing fastest. One empty point without a matrix. */
export function sweepPoints(matrix: Matrix | undefined): SweepPoint[] {
  const start: SweepPoint[] = [{ corner: {}, settings: {}, variables: {}, prompt: null }];
  return (matrix ?? []).reduce((points, axis) => points.flatMap((point) => extended(point, axis)), start);
}

function extended(point: SweepPoint, { key, kind, values }: Axis): SweepPoint[] {
  return values.map(({ label, value }) => ({
    ...point,
    corner: { ...point.corner, [key]: label },
    ...(kind === "setting" ? { settings: { ...point.settings, [key]: value } } : {}),
    ...(kind === "variable" ? { variables: { ...point.variables, [key]: value } } : {}),
    ...(kind === "prompt" ? { prompt: String(value) } : {}),
  }));
}
