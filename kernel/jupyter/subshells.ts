import { randomUUID } from "node:crypto";
import type { Lane } from "./lane.ts";
import type { Json } from "./message.ts";

/** More than any front end opens; a client in a loop must not fill the memory. */
const MAX_SUBSHELLS = 64;

/** The main shell and the subshells of JEP 91: one lane each, so that a request in one does not wait for another. */
export class Subshells {
  readonly #createLane: (subshell: string | null) => Lane;
  readonly #main: Lane;
  readonly #others = new Map<string, Lane>();

  constructor(createLane: (subshell: string | null) => Lane) {
    this.#createLane = createLane;
    this.#main = createLane(null);
  }

  /** The lane of `id`, null being the main shell; undefined when there is none. */
  lane(id: string | null): Lane | undefined {
    return id === null ? this.#main : this.#others.get(id);
  }

  /** Content of create_subshell_reply. */
  create(): Json {
    if (this.#others.size >= MAX_SUBSHELLS) return failure("too_many_subshells", `There are already ${MAX_SUBSHELLS} subshells.`);
    const id = randomUUID();
    this.#others.set(id, this.#createLane(id));
    return { status: "ok", subshell_id: id };
  }

  /** Content of delete_subshell_reply. A request that runs in it is finished; cells queued behind it are not run. */
  delete(id: unknown): Json {
    const lane = typeof id === "string" ? this.#others.get(id) : undefined;
    if (lane === undefined || typeof id !== "string") return subshellNotFound();
    lane.abortQueued();
    this.#others.delete(id);
    return { status: "ok" };
  }

  list(): Json {
    return { status: "ok", subshell_id: [...this.#others.keys()] };
  }

  /** In every lane: cells queued behind a running request will not run. */
  abortQueued(): void {
    for (const lane of this.#all()) lane.abortQueued();
  }

  /** Resolves when every lane has finished what it holds. */
  async finished(): Promise<void> {
    await Promise.all(this.#all().map((lane) => lane.finished()));
  }

  #all(): Lane[] {
    return [this.#main, ...this.#others.values()];
  }
}

/** Content of the reply to a request for a subshell that was never made, or is deleted. */
export function subshellNotFound(): Json {
  return failure("SubshellNotFound", "There is no such subshell.");
}

function failure(ename: string, evalue: string): Json {
  return { status: "error", ename, evalue, traceback: [evalue] };
}
