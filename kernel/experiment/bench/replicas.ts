/** What was measured of one replica: how many requests it ends per second while so many are under way. */
export interface ReplicaPoint {
  /** Requests under way at a time, from 1. */
  concurrency: number;
  /** Requests per second. */
  perSecond: number;
}

/** What the replicas have to carry: so many clients who ask again at once, or arrivals that wait for nobody. */
export type Load = { kind: "clients"; clients: number } | { kind: "rate"; perSecond: number };

export interface Conditions {
  /** Added to each request by the way between client and replica, in ms. */
  overheadMs: number;
  /** Share of a replica's best rate that may be used, 0 to 1: the rest is for arrivals that come together. */
  most: number;
  /** Longest time of a request that is wanted, in ms: the mean under `clients`, the 95th percentile under `rate`. Null: any. */
  limitMs: number | null;
}

/** What so many replicas make of a load. */
export interface Estimate {
  replicas: number;
  /** Requests per second that end. */
  perSecond: number;
  /** Share of the replicas' best rate. */
  used: number;
  /** Mean time of a request, waiting and way included, in ms. Null: the load is more than they can carry, so the wait has no end. */
  meanMs: number | null;
  /** 95th percentile of the same, under `rate` only. */
  p95Ms: number | null;
  /** Within the conditions. */
  enough: boolean;
}

/** Nobody needs an estimate of more. */
export const MAX_REPLICAS = 1000;

/**
 * Rate of one replica while `concurrency` requests are under way: straight lines between the measured points, from
 * nothing at 0, and no more than the best of them beyond the last. `points` ascending in concurrency, not empty.
 */
export function rateAt(points: readonly ReplicaPoint[], concurrency: number): number {
  let before: ReplicaPoint = { concurrency: 0, perSecond: 0 };
  for (const point of points) {
    if (concurrency <= point.concurrency) {
      const share = (concurrency - before.concurrency) / (point.concurrency - before.concurrency);
      return before.perSecond + share * (point.perSecond - before.perSecond);
    }
    before = point;
  }
  return before.perSecond;
}

/** What `replicas` make of `load`. Requests are spread evenly; replicas do not share a processor that is full. */
export function estimate(points: readonly ReplicaPoint[], load: Load, replicas: number, conditions: Conditions): Estimate {
  return load.kind === "clients" ? closed(points, load.clients, replicas, conditions) : open(points, load.perSecond, replicas, conditions);
}

/** The fewest replicas that are enough, or null where {@link MAX_REPLICAS} are not. */
export function replicasFor(points: readonly ReplicaPoint[], load: Load, conditions: Conditions): Estimate | null {
  for (let replicas = 1; replicas <= MAX_REPLICAS; replicas++) {
    const found = estimate(points, load, replicas, conditions);
    if (found.enough) return found;
  }
  return null;
}

/** Clients that ask again as soon as they have their answer. By Little's law the time of a request is clients over rate. */
function closed(points: readonly ReplicaPoint[], clients: number, replicas: number, { overheadMs, limitMs }: Conditions): Estimate {
  // While a request is on its way nobody computes it: fewer are under way in the replicas.
  let under = clients;
  for (let round = 0; round < FIXED_POINT_ROUNDS; round++) {
    const rate = replicas * rateAt(points, under / replicas);
    under = (under + Math.max(0, clients - (rate * overheadMs) / 1000)) / 2;
  }
  const perSecond = replicas * rateAt(points, under / replicas);
  const meanMs = perSecond > 0 ? (1000 * clients) / perSecond : null;
  return { replicas, perSecond, used: perSecond / (replicas * best(points)), meanMs, p95Ms: null, enough: meanMs !== null && (limitMs === null || meanMs <= limitMs) };
}

const FIXED_POINT_ROUNDS = 60;

/**
 * Arrivals at random (Poisson): each replica is a queue in front of as many places as were measured, which share its
 * best rate. Waiting by Erlang's C formula; times of service as long as measured at the concurrency that the rate needs.
 */
function open(points: readonly ReplicaPoint[], rate: number, replicas: number, { overheadMs, most, limitMs }: Conditions): Estimate {
  const places = points.at(-1)?.concurrency ?? 1;
  const perReplica = rate / replicas;
  const used = perReplica / best(points);
  if (used >= 1) return { replicas, perSecond: replicas * best(points), used, meanMs: null, p95Ms: null, enough: false };
  const serviceMs = serviceAt(points, perReplica);
  const waits = erlangC(places, used * places);
  // Waiting time behind a full replica is exponential with this mean.
  const waitMs = 1000 / (best(points) - perReplica);
  const meanMs = overheadMs + serviceMs + waits * waitMs;
  const p95Ms = overheadMs + serviceMs + (waits > TAIL ? waitMs * Math.log(waits / TAIL) : 0);
  return { replicas, perSecond: rate, used, meanMs, p95Ms, enough: used <= most && (limitMs === null || p95Ms <= limitMs) };
}

/** One in twenty waits longer than the 95th percentile. */
const TAIL = 0.05;

/** How long a replica works for a request when it ends `perSecond` of them, in ms: the smallest concurrency that gives the rate, over the rate. */
export function serviceAt(points: readonly ReplicaPoint[], perSecond: number): number {
  let before: ReplicaPoint = { concurrency: 0, perSecond: 0 };
  for (const point of points) {
    if (perSecond <= point.perSecond) {
      const share = (perSecond - before.perSecond) / (point.perSecond - before.perSecond);
      const concurrency = before.concurrency + share * (point.concurrency - before.concurrency);
      // Below the first measured point requests are alone, and take as long as one alone.
      return perSecond <= 0 || before.concurrency === 0 ? (1000 * point.concurrency) / point.perSecond : (1000 * concurrency) / perSecond;
    }
    if (point.perSecond > before.perSecond) before = point;
  }
  return (1000 * before.concurrency) / before.perSecond;
}

/** Probability that an arrival has to wait where `servers` serve and `offered` are busy on average (Erlang C). `offered < servers`. */
export function erlangC(servers: number, offered: number): number {
  let blocked = 1;
  for (let k = 1; k <= servers; k++) blocked = (offered * blocked) / (k + offered * blocked);
  const used = offered / servers;
  return blocked / (1 - used * (1 - blocked));
}

function best(points: readonly ReplicaPoint[]): number {
  return Math.max(...points.map(({ perSecond }) => perSecond));
}
