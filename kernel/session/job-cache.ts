import { hashOf } from "../experiment/request-hash.ts";
import type { PromptSettings } from "../cells/settings.ts";
import type { Plan, PlannedRun } from "../experiment/plan.ts";
import type { ExperimentResult, RunRecord } from "../experiment/result.ts";
import type { KnownAnswer } from "../experiment/run-plan.ts";
import { RetortError } from "../../runtime/errors.ts";
import { AnswerCache, cacheFolder } from "./answer-cache.ts";
import type { RunnerFolders } from "./folders.ts";
import { type LoadedModels, modelKey } from "./loaded-models.ts";
import type { RuntimeApi } from "./model-access.ts";

interface CacheContext {
  runtime: RuntimeApi;
  /** No request goes to a server that does not say which file answers. */
  local: boolean;
  loaded: LoadedModels;
  folders: RunnerFolders;
  version: string;
}

/**
 * What `cache: on` does for one cell. All answers are looked for before the first request, so that no run of a cell can
 * get the answer of another run of the same cell.
 */
export class JobCache {
  readonly #cache: AnswerCache;
  readonly #loaded: LoadedModels;
  readonly #versions: { retort: string; engine: string };
  #problem: string | null = null;

  private constructor(cache: AnswerCache, loaded: LoadedModels, versions: { retort: string; engine: string }) {
    this.#cache = cache;
    this.#loaded = loaded;
    this.#versions = versions;
  }

  /** Null without `cache: on`. Throws `cache_unavailable` for a server that does not say which file answers. */
  static async open({ cache }: PromptSettings, { runtime, local, loaded, folders, version }: CacheContext): Promise<JobCache | null> {
    if (cache !== true) return null;
    if (!local) {
      throw new RetortError({ code: "cache_unavailable", message: "This server does not say which model file answers, so an answer cannot be kept for it.", hint: "Take `cache: on` out.", status: 400, param: "cache" });
    }
    const { engineVersion } = await runtime.devices();
    return new JobCache(new AnswerCache(cacheFolder(folders.state)), loaded, { retort: version, engine: engineVersion });
  }

  /** Adds to `known` what is there. */
  async find(plan: Plan, known: Map<PlannedRun, KnownAnswer>): Promise<void> {
    const taken = new Set<string>();
    for (const run of plan.runs) {
      const key = run.kind === "measured" && run.problem === null && !known.has(run) ? this.#key(run) : null;
      // Two runs that ask the very same are repeats: only one of them may have the answer.
      if (key === null || taken.has(key)) continue;
      taken.add(key);
      const reply = await this.#cache.find(key);
      if (reply !== null) known.set(run, { reply, source: "cache" });
    }
  }

  /** Never rejects: a cache that cannot be written costs time, not answers. */
  async keep(run: PlannedRun, { reply, source }: RunRecord): Promise<void> {
    const key = reply === null || source === "cache" ? null : this.#key(run);
    if (key === null || reply === null) return;
    try {
      await this.#cache.store(key, reply);
    } catch (error) {
      this.#problem = (error as NodeJS.ErrnoException).code ?? String(error);
    }
  }

  /** Never rejects. */
  async close(): Promise<void> {
    try {
      await this.#cache.trim();
    } catch (error) {
      this.#problem = (error as NodeJS.ErrnoException).code ?? String(error);
    }
  }

  remarks({ runs }: ExperimentResult): string[] {
    const cached = runs.filter(({ source }) => source === "cache").length;
    return [
      ...(cached > 0 ? [`${cached} of ${runs.length} answers came from the answer cache; their times are in no statistics.`] : []),
      ...(this.#problem === null ? [] : [`The answer cache could not be written (${this.#problem}).`]),
    ];
  }

  /** Null for a request whose answer is drawn anew each time. */
  #key({ request }: PlannedRun): string | null {
    const file = this.#loaded.get(modelKey(request));
    if (file === undefined || request.seed === undefined) return null;
    const { model, precision, quant, file_sha256, backend, device, threads, context, slots, gpu_layers } = file;
    return hashOf({ request, file: { model, precision, quant, file_sha256, backend, device, threads, context, slots, gpu_layers }, versions: this.#versions });
  }
}
