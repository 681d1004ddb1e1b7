import { readFile } from "node:fs/promises";

import { RetortError } from "../../runtime/errors.ts";
import { type Conditions, type Estimate, estimate, type Load, MAX_REPLICAS, replicasFor, type ReplicaPoint } from "../experiment/bench/replicas.ts";
import { runCommandLine, usageError } from "./command.ts";
import { formatTable } from "./format.ts";
import type { CommandIo } from "./io.ts";
import { benchPoints, givenPoints } from "./replica-points.ts";

const HELP = `Usage: retort simulate --measured POINTS|--bench FILE --rate R|--clients N [options]

Estimates how many replicas a load needs, from what was measured of one. Nothing is sent anywhere.

  --measured POINTS  requests per second of one replica at so many under way: 1=0.9,4=2.4,8=2.9
  --bench FILE       the same from \`retort bench --concurrency 1,4,8 --json > FILE\`
  --rate R           load: so many requests per second that arrive at random
  --clients N        load: so many clients that ask again as soon as they have their answer
  --limit-ms MS      longest time of a request: the 95th percentile with --rate, the mean with --clients
  --most SHARE       share of a replica's best rate that may be used with --rate; default 0.7
  --overhead-ms MS   time of the way through a proxy, for each request; default 0 (Ray Serve: about 12)
  --replicas N       tell of N replicas only, instead of looking for the fewest
  --json             print the estimates as JSON
  -h, --help         this text

Replicas that share a processor that is full do not add up: measure one while the others work.
`;

const text = { type: "string" } as const;
const OPTIONS = { measured: text, bench: text, rate: text, clients: text, "limit-ms": text, most: text, "overhead-ms": text, replicas: text, json: { type: "boolean" } } as const;

type Values = { [K in Exclude<keyof typeof OPTIONS, "json">]?: string | undefined };

const DEFAULT_MOST = 0.7;
/** More rows tell nobody more. */
const MAX_ROWS = 12;
const MS = 3_600_000;

/** `retort simulate`. Exit code 1 where no number of replicas is enough. Errors: `usage`, `bad_file`. */
export async function simulateCommand(args: string[], io: CommandIo): Promise<number> {
  return runCommandLine({ help: HELP, options: OPTIONS, words: [0, 0] }, args, io, async ({ values }) => {
    const { json, ...flags } = values;
    const points = await pointsOf(flags);
    const load = loadOf(flags);
    const conditions: Conditions = {
      overheadMs: numberOf(flags, "overhead-ms", 0, MS) ?? 0,
      most: numberOf(flags, "most", 0.01, 1) ?? DEFAULT_MOST,
      limitMs: numberOf(flags, "limit-ms", 1, MS),
    };
    const fixed = numberOf(flags, "replicas", 1, MAX_REPLICAS);
    const found = fixed === null ? replicasFor(points, load, conditions) : estimate(points, load, Math.floor(fixed), conditions);
    const rows = fixed === null ? neighbours(points, load, conditions, found?.replicas ?? MAX_ROWS - 1) : found === null ? [] : [found];
    io.stdout.write(json === true ? `${JSON.stringify({ needed: fixed === null ? found?.replicas ?? null : null, estimates: rows }, null, 1)}\n` : `${formatTable([HEADER, ...rows.map(row)], NUMBERS)}${fixed === null ? verdict(found, points, conditions) : ""}`);
    return found?.enough === true ? 0 : 1;
  });
}

async function pointsOf({ measured, bench }: Values): Promise<ReplicaPoint[]> {
  if ((measured === undefined) === (bench === undefined)) throw usageError("Give --measured or --bench.");
  return measured === undefined ? benchPoints(await readBench(bench ?? ""), bench ?? "") : givenPoints(measured);
}

async function readBench(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    throw new RetortError({ code: "bad_file", message: `${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? "unknown"}).`, hint: "Make one with `retort bench --concurrency 1,4,8 --json`.", status: 400 }, { cause: error });
  }
}

function loadOf(flags: Values): Load {
  const rate = numberOf(flags, "rate", 1e-6, 1e6);
  const clients = numberOf(flags, "clients", 1, 1e6);
  if ((rate === null) === (clients === null)) throw usageError("Give --rate or --clients.");
  return rate === null ? { kind: "clients", clients: Math.floor(clients ?? 1) } : { kind: "rate", perSecond: rate };
}

function numberOf(flags: Values, flag: keyof Values, least: number, most: number): number | null {
  const given = flags[flag];
  if (given === undefined) return null;
  const value = Number(given);
  if (given.trim() === "" || !(value >= least && value <= most)) throw usageError(`--${flag} is ${JSON.stringify(given)}, not a number from ${least} to ${most}.`);
  return value;
}

/** The number that is needed, with what fewer and one more would give. */
function neighbours(points: readonly ReplicaPoint[], load: Load, conditions: Conditions, needed: number): Estimate[] {
  const first = Math.max(1, needed + 2 - MAX_ROWS);
  return Array.from({ length: needed + 2 - first }, (_, i) => estimate(points, load, first + i, conditions));
}

const HEADER = ["replicas", "req/s", "used", "mean", "p95", "enough"];
const NUMBERS = [0, 1, 2, 3, 4];

function row({ replicas, perSecond, used, meanMs, p95Ms, enough }: Estimate): string[] {
  return [String(replicas), perSecond.toFixed(2), `${(100 * used).toFixed(0)} %`, time(meanMs), time(p95Ms), enough ? "yes" : "no"];
}

function time(ms: number | null): string {
  return ms === null ? "–" : ms < 10_000 ? `${ms.toFixed(0)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

function verdict(found: Estimate | null, points: readonly ReplicaPoint[], { limitMs }: Conditions): string {
  if (found !== null) return `\nNeeded: ${found.replicas} replica${found.replicas === 1 ? "" : "s"}.\n`;
  const alone = Math.min(...points.map(({ concurrency, perSecond }) => (1000 * concurrency) / perSecond));
  return limitMs === null ? `\nMore than ${MAX_REPLICAS} replicas would be needed.\n` : `\nNo number of replicas keeps ${limitMs} ms: one request alone takes ${time(alone)}.\n`;
}
