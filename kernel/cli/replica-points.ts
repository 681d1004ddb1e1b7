import type { ReplicaPoint } from "../experiment/bench/replicas.ts";
import { RetortError } from "../../runtime/errors.ts";
import { usageError } from "./command.ts";

/** `1=0.9,4=2.4`: concurrency and requests per second. Throws `usage`. */
export function givenPoints(text: string): ReplicaPoint[] {
  const points = text.split(",").map((part): ReplicaPoint => {
    const [, concurrency = "", perSecond = ""] = /^\s*(\d{1,6})\s*=\s*(\d+(?:\.\d+)?|\.\d+)\s*$/.exec(part) ?? [];
    return { concurrency: Number(concurrency), perSecond: Number(perSecond) };
  });
  if (points.some(({ concurrency, perSecond }) => !(concurrency >= 1 && perSecond > 0))) {
    throw usageError(`--measured is ${JSON.stringify(text.slice(0, 80))}, not a list such as 1=0.9,4=2.4.`);
  }
  return inOrder(points);
}

/** The measurements of a `retort bench --json` that had several concurrencies. Throws `bad_file`. */
export function benchPoints(text: string, file: string): ReplicaPoint[] {
  const points = cornersOf(text).flatMap(({ concurrency, req_min: perMinute }): ReplicaPoint[] =>
    (typeof concurrency === "number" && concurrency >= 1 && typeof perMinute === "number" && perMinute > 0 ? [{ concurrency, perSecond: perMinute / 60 }] : []));
  if (points.length === 0) {
    throw new RetortError({ code: "bad_file", message: `${file} has no measurement at a concurrency.`, hint: "Make one with `retort bench --concurrency 1,4,8 --json`.", status: 400 });
  }
  return inOrder(points);
}

function cornersOf(text: string): Array<Record<string, unknown>> {
  try {
    const { corners } = JSON.parse(text) as { corners?: unknown };
    return Array.isArray(corners) ? (corners as Array<Record<string, unknown>>) : [];
  } catch {
    return [];
  }
}

/** Ascending; of one concurrency that was measured several times the mean. */
function inOrder(points: readonly ReplicaPoint[]): ReplicaPoint[] {
  const rates = new Map<number, number[]>();
  for (const { concurrency, perSecond } of points) rates.set(concurrency, [...(rates.get(concurrency) ?? []), perSecond]);
  return [...rates].map(([concurrency, all]) => ({ concurrency, perSecond: all.reduce((sum, rate) => sum + rate, 0) / all.length })).sort((a, b) => a.concurrency - b.concurrency);
}
