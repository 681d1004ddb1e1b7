/** What a long load says: whether a server becomes slower or larger. Pure. */
import { amountRow, type BenchRow, format, p95, ratioRow } from "../bench.ts";
import { type LoadFigures } from "./measures.ts";
import type { ProcessFacts } from "./process-facts.ts";

const TPOT_DRIFT = 1.05;
const GROWTH_MIB_PER_1000 = 1;
const MIB = 2 ** 20;
const PER = 1000;
/** The part at either end that is compared. */
const SHARE = 0.2;

/** A stretch of the soak: its load, and the processes right after it. */
export interface SoakWindow {
  figures: LoadFigures;
  runtime: ProcessFacts;
  engine: ProcessFacts;
}

/**
 * Growth of `bytes` for each 1,000 requests: the slope of the line through all windows with the least squares. One
 * window's memory swings with what was collected last.
 */
export function growthPerThousand(windows: readonly SoakWindow[], bytes: (window: SoakWindow) => number): number {
  let requests = 0;
  const points = windows.map((window) => ({ x: (requests += window.figures.requests), y: bytes(window) }));
  const mean = (of: (point: { x: number; y: number }) => number): number => points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [meanX, meanY] = [mean(({ x }) => x), mean(({ y }) => y)];
  const spread = mean(({ x }) => (x - meanX) ** 2);
  return (mean(({ x, y }) => (x - meanX) * (y - meanY)) / spread) * PER;
}

/** Rows of a soak of at least two windows. */
export function soakRows(windows: readonly SoakWindow[], streams: number): BenchRow[] {
  const edge = Math.max(1, Math.floor(windows.length * SHARE));
  const [first, last] = [windows.slice(0, edge), windows.slice(-edge)];
  const tpot = (part: readonly SoakWindow[]): number => p95(part.flatMap(({ figures }) => figures.tpot));
  const requests = windows.reduce((sum, { figures }) => sum + figures.requests, 0);
  return [
    ratioRow(`soak: TPOT p95, last / first fifth, ${streams} streams, ${requests} requests`, "ms", [tpot(last)], [tpot(first)], { atMost: TPOT_DRIFT }),
    ...(["runtime", "engine"] as const).flatMap((process) => [
      amountRow(`soak: memory of the ${process}, growth per 1,000 requests`, "MiB", growthPerThousand(windows, (window) => window[process].anonymous) / MIB, windows.length, { atMost: GROWTH_MIB_PER_1000 },
        ...ends(windows, (window) => `${format(window[process].anonymous / MIB)} MiB`)),
      amountRow(`soak: file handles of the ${process}, last window minus first`, "handles", handles(windows.at(-1), process) - handles(windows[0], process), windows.length, { atMost: 0 },
        ...ends(windows, (window) => String(window[process].handles))),
    ]),
  ];
}

function handles(window: SoakWindow | undefined, process: "runtime" | "engine"): number {
  return window?.[process].handles ?? Number.NaN;
}

/** How it was at the end, and at the beginning. */
function ends(windows: readonly SoakWindow[], text: (window: SoakWindow) => string): [string, string] {
  const [first, last] = [windows[0], windows.at(-1)];
  return first === undefined || last === undefined ? ["", ""] : [`${text(last)} at the end`, `${text(first)} at first`];
}
