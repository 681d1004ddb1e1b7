import { isDeepStrictEqual } from "node:util";

interface Entry {
  value: unknown;
  kind: "variable" | "result";
  /** Counts the changes of the value. */
  version: number;
  /** For a result: the versions of the names that its prompt used. */
  inputs: Map<string, number>;
}

/** Variables and named results of a notebook, and which results are out of date. */
export class Names {
  readonly #entries = new Map<string, Entry>();

  setVariable(name: string, value: unknown): void {
    const before = this.#entries.get(name);
    if (before?.kind === "variable" && isDeepStrictEqual(before.value, value)) return;
    this.#entries.set(name, { value, kind: "variable", version: this.#nextVersion(name), inputs: new Map() });
  }

  /** `inputs` are the names that the result was made from. */
  setResult(name: string, value: unknown, inputs: readonly string[]): void {
    const versions = inputs.flatMap((input): Array<[string, number]> => {
      const entry = this.#entries.get(input);
      return entry === undefined ? [] : [[input, entry.version]];
    });
    this.#entries.set(name, { value, kind: "result", version: this.#nextVersion(name), inputs: new Map(versions) });
  }

  /** All names with their values. */
  values(): Record<string, unknown> {
    return Object.fromEntries([...this.#entries].map(([name, entry]) => [name, entry.value]));
  }

  variables(): Record<string, unknown> {
    return this.#valuesOf("variable");
  }

  results(): Record<string, unknown> {
    return this.#valuesOf("result");
  }

  /** Results with an input that has changed, or is out of date itself, since they were made. */
  stale(): string[] {
    return [...this.#entries.keys()].filter((name) => this.#isStale(name, new Set()));
  }

  clear(): void {
    this.#entries.clear();
  }

  #valuesOf(kind: Entry["kind"]): Record<string, unknown> {
    return Object.fromEntries([...this.#entries].filter(([, entry]) => entry.kind === kind).map(([name, entry]) => [name, entry.value]));
  }

  #nextVersion(name: string): number {
    return (this.#entries.get(name)?.version ?? 0) + 1;
  }

  #isStale(name: string, seen: Set<string>): boolean {
    const entry = this.#entries.get(name);
    if (entry === undefined || seen.has(name)) return false;
    seen.add(name);
    return [...entry.inputs].some(([input, version]) => this.#entries.get(input)?.version !== version || this.#isStale(input, seen));
  }
}
