/** Prometheus' text format, version 0.0.4. */
export const METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

export type Labels = Readonly<Record<string, string>>;

/** One metric with all that it holds, as text. */
export type MetricText = string;

/** A number for each set of labels that only grows. */
export class Counter {
  readonly #values = new Map<string, { labels: Labels; value: number }>();

  add(amount: number, labels: Labels = {}): void {
    const key = labelText(labels);
    const entry = this.#values.get(key);
    if (entry === undefined) this.#values.set(key, { labels, value: amount });
    else entry.value += amount;
  }

  /** Every set of labels with its value. */
  entries(): Array<readonly [Labels, number]> {
    return [...this.#values.values()].map(({ labels, value }) => [labels, value] as const);
  }

  /** Over all sets of labels. */
  total(): number {
    return this.entries().reduce((sum, [, value]) => sum + value, 0);
  }
}

interface Buckets {
  labels: Labels;
  /** Values up to each bound and above the one before it. */
  counts: number[];
  sum: number;
  count: number;
}

/** How values are spread over fixed bounds, for each set of labels. */
export class Histogram {
  readonly #bounds: readonly number[];
  readonly #values = new Map<string, Buckets>();

  /** `bounds`: ascending upper bounds. */
  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
  }

  observe(value: number, labels: Labels = {}): void {
    const key = labelText(labels);
    let entry = this.#values.get(key);
    if (entry === undefined) this.#values.set(key, (entry = { labels, counts: this.#bounds.map(() => 0), sum: 0, count: 0 }));
    const at = this.#bounds.findIndex((bound) => value <= bound);
    if (at >= 0) entry.counts[at] = (entry.counts[at] ?? 0) + 1;
    entry.sum += value;
    entry.count++;
  }

  text(name: string, help: string): MetricText {
    const lines = [...this.#values.values()].flatMap(({ labels, counts, sum, count }) => {
      let below = 0;
      const buckets = this.#bounds.map((bound, i) => line(`${name}_bucket`, (below += counts[i] ?? 0), { ...labels, le: String(bound) }));
      return [...buckets, line(`${name}_bucket`, count, { ...labels, le: "+Inf" }), line(`${name}_sum`, sum, labels), line(`${name}_count`, count, labels)];
    });
    return head(name, help, "histogram") + lines.join("");
  }
}

/** A counter or a gauge as text: a number, or one for each set of labels. */
export function metric(name: string, help: string, kind: "counter" | "gauge", values: number | ReadonlyArray<readonly [Labels, number]>): MetricText {
  const entries = typeof values === "number" ? [[{}, values] as const] : values;
  return head(name, help, kind) + entries.map(([labels, value]) => line(name, value, labels)).join("");
}

function head(name: string, help: string, kind: string): string {
  return `# HELP ${name} ${help}\n# TYPE ${name} ${kind}\n`;
}

function line(name: string, value: number, labels: Labels): string {
  return `${name}${labelText(labels)} ${value}\n`;
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([key, value]) => `${key}="${escaped(value)}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

function escaped(value: string): string {
  return value.replace(/[\\"\n]/g, (char) => (char === "\n" ? "\\n" : `\\${char}`));
}
