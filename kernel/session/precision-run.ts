import { requestsPlanned } from "../cells/compare-keys.ts";
import { asRetortError, isCancelled } from "../../runtime/errors.ts";
import { lastBoxed } from "../../runtime/models/boxed.ts";
import type { Precision } from "../../runtime/models/model.ts";
import { nowMs } from "../../runtime/timing.ts";
import { type Distance, distanceOf } from "../experiment/compare/precision/distance.ts";
import { type Likeness, likeness } from "../experiment/compare/precision/likeness.ts";
import type { GreedyAnswer, Part, PrecisionMeasurement, PrecisionPlan, SideMemory } from "../experiment/compare/precision/measurement.ts";
import { withMemory } from "../experiment/memory-peak.ts";
import { WORKED_EXAMPLE } from "../experiment/compare/precision/questions.ts";
import { memoryLooks, memoryNow } from "./memory-use.ts";
import type { ModelConnection, RuntimeApi } from "./model-access.ts";
import { PrecisionRequests } from "./precision-requests.ts";
import { progressText } from "./progress-text.ts";

/** Tokens of the requests that drive memory to its peak. */
const PEAK_TOKENS = 32;
/** Room for the steps of the worked example, however short the other answers are. */
const LEAST_WORKED_TOKENS = 64;
/** Texts in one request for vectors. */
const VECTORS_AT_ONCE = 64;

export interface PrecisionObserver {
  /** What is being done, in plain words. */
  onStep(step: string): void;
  /** Asked once, after the first request: go on with `left` more, which take about `ms`? Undefined: always. */
  confirm: ((left: number, ms: number) => Promise<boolean>) | undefined;
}

/** Measures one model in two precisions, part after part. What was measured before an interrupt stays in `measurement`. */
export class PrecisionRun {
  readonly measurement: PrecisionMeasurement;
  readonly #plan: PrecisionPlan;
  readonly #runtime: RuntimeApi;
  readonly #requests: PrecisionRequests;
  readonly #signal: AbortSignal;
  readonly #onStep: (step: string) => void;
  #confirm: PrecisionObserver["confirm"];

  constructor(plan: PrecisionPlan, { model, runtime }: ModelConnection, signal: AbortSignal, { onStep, confirm }: PrecisionObserver) {
    this.#plan = plan;
    this.#runtime = runtime;
    this.#signal = signal;
    this.#onStep = onStep;
    this.#confirm = confirm;
    this.#requests = new PrecisionRequests(plan, model, signal);
    this.measurement = { plan, memory: [null, null], alternating: true, rows: [], distance: null, greedy: null, likeness: null, remarks: [], partial: true };
  }

  /** Rejects for what makes the whole comparison impossible (no such model or file) and for an interrupt. */
  async measure(): Promise<void> {
    const [a, b] = this.#plan.precisions;
    // Whatever must be downloaded or made is there afterwards, and no load below counts it.
    for (const precision of [a, b]) await this.#load(precision);
    this.measurement.memory = [await this.#alone(a, b), await this.#alone(b, a)];
    await this.#load(a);
    await this.#load(b);
    const { loaded } = await this.#runtime.status(this.#signal);
    this.measurement.alternating = [a, b].every((precision) => loaded.some((one) => one.model === this.#plan.model && one.precision === precision));
    if (!(await this.#rounds())) return;
    this.measurement.distance = await this.#part("the probabilities of both", () => this.#distance());
    this.measurement.greedy = await this.#part("the most likely answers of both", () => this.#greedy());
    this.measurement.likeness = await this.#part("how alike the answers are", () => this.#likeness());
    this.measurement.remarks = [...this.#requests.remarks];
    this.measurement.partial = false;
  }

  async #load(precision: Precision): Promise<SideMemory["loaded"]> {
    const name = `${this.#plan.model} ${precision}`;
    this.#onStep(`Loading ${name} …`);
    return this.#runtime.load(this.#plan.model, precision, { signal: this.#signal, priority: "notebook", onProgress: (progress) => this.#onStep(`${name}: ${progressText(progress)}`) });
  }

  /** One precision with the other one out of memory. */
  async #alone(precision: Precision, other: Precision): Promise<SideMemory> {
    for (const each of [precision, other]) await this.#runtime.unload(this.#plan.model, each, { signal: this.#signal });
    const idle = await memoryNow(this.#runtime, this.#signal);
    const startedAt = nowMs();
    const loaded = await this.#load(precision);
    const loadMs = nowMs() - startedAt;
    this.#onStep(`Memory of ${precision} …`);
    const { memory } = await withMemory(memoryLooks(this.#runtime, this.#signal), () => this.#requests.batch(precision, 0, Math.min(PEAK_TOKENS, this.#plan.maxTokens)));
    const peak = memory.peak ?? idle;
    return {
      loaded,
      loadMs,
      peak: peak.process - idle.process,
      devicePeak: peak.device === null || idle.device === null ? null : peak.device - idle.device,
    };
  }

  /** False: not wanted to the end. Sides take turns (A B B A), so that a machine that slows down slows both. */
  async #rounds(): Promise<boolean> {
    const { precisions, prompts, runs, warmup } = this.#plan;
    const [a, b] = precisions;
    for (const precision of precisions) for (let round = 0; round < warmup; round++) await this.#requests.warmUp(precision, round);
    const orders = this.measurement.alternating ? [precisions] : [[a], [b]];
    for (const sides of orders) {
      for (let run = 0; run < runs; run++) {
        for (let prompt = 0; prompt < prompts.length; prompt++) {
          await this.#turn(sides, run + prompt, run, (precision) => this.#requests.single(precision, prompt, run));
          if (!(await this.#goesOn())) return false;
        }
        await this.#turn(sides, run, run, (precision) => this.#requests.batch(precision, run));
      }
    }
    return true;
  }

  /** Asks once, when it is known how long an answer takes. */
  async #goesOn(): Promise<boolean> {
    const [first] = this.measurement.rows;
    const each = first?.["e2e_ms"];
    if (this.#confirm === undefined || typeof each !== "number") return true;
    const confirm = this.#confirm;
    this.#confirm = undefined;
    const { prompts, runs, concurrency } = this.#plan;
    const left = requestsPlanned(prompts.length, runs, concurrency) - this.measurement.rows.length;
    return confirm(left, left * each);
  }

  async #turn(sides: readonly Precision[], turn: number, run: number, ask: (precision: Precision) => Promise<PrecisionMeasurement["rows"][number]>): Promise<void> {
    for (const precision of turn % 2 === 0 ? sides : [...sides].reverse()) {
      this.#onStep(`Round ${run + 1} of ${this.#plan.runs}, ${precision} …`);
      this.measurement.rows.push(await ask(precision));
    }
  }

  /** A part that fails says so on the page; the others stand. */
  async #part<T>(what: string, work: () => Promise<T>): Promise<Part<T>> {
    this.#onStep(`Comparing ${what} …`);
    try {
      return { ok: true, value: await work() };
    } catch (error) {
      if (this.#signal.aborted || isCancelled(error)) throw error;
      return { ok: false, error: asRetortError(error).fields() };
    }
  }

  async #distance(): Promise<Distance> {
    const { model, precisions: [a, b], text, scoreTokens } = this.#plan;
    const [options, common] = [{ signal: this.#signal, priority: "notebook" as const }, { model, text, max_tokens: scoreTokens }];
    const ofA = await this.#runtime.score({ ...common, precision: a, against: b }, options);
    const ofB = await this.#runtime.score({ ...common, precision: b }, options);
    const distance = distanceOf(ofA, ofB);
    if (distance === null) throw new Error("The runtime's scores hold no distance.");
    return distance;
  }

  async #greedy(): Promise<Array<readonly [GreedyAnswer, GreedyAnswer]>> {
    const [a, b] = this.#plan.precisions;
    const pairs: Array<readonly [GreedyAnswer, GreedyAnswer]> = [];
    const { prompts, maxTokens } = this.#plan;
    const asked = [...prompts.map((prompt) => ({ prompt, tokens: maxTokens })), { prompt: WORKED_EXAMPLE.prompt, tokens: Math.max(maxTokens, LEAST_WORKED_TOKENS) }];
    for (const { prompt, tokens } of asked) pairs.push([await this.#greedyAnswer(a, prompt, tokens), await this.#greedyAnswer(b, prompt, tokens)]);
    return pairs;
  }

  async #greedyAnswer(precision: Precision, prompt: string, maxTokens: number): Promise<GreedyAnswer> {
    const { answer, thinking } = await this.#requests.ask(precision, prompt, { temperature: 0, seed: this.#plan.seed, max_tokens: maxTokens });
    const text = thinking + answer;
    const tokens = text === "" ? [] : await this.#runtime.tokenize({ model: this.#plan.model, content: text }, { signal: this.#signal, priority: "notebook" });
    return { text, tokens, boxed: lastBoxed(answer) };
  }

  async #likeness(): Promise<Likeness> {
    const [a, b] = await Promise.all(this.#plan.precisions.map((precision) => this.#vectors(precision)));
    return likeness(a ?? [], b ?? []);
  }

  /** Of all sampled answers, by prompt and round, by side A's weights: one ruler for both. */
  async #vectors(precision: Precision): Promise<Array<Array<readonly number[] | null>>> {
    const { prompts, runs } = this.#plan;
    const texts = prompts.flatMap((_, prompt) => Array.from({ length: runs }, (__, run) => this.#answerText(precision, prompt + 1, run)));
    const asked = texts.filter((text) => text !== "");
    const vectors: Array<readonly number[]> = [];
    for (let at = 0; at < asked.length; at += VECTORS_AT_ONCE) {
      const { data } = await this.#runtime.embeddings(
        { model: this.#plan.model, precision: this.#plan.precisions[0], last_state: true, input: asked.slice(at, at + VECTORS_AT_ONCE) },
        { signal: this.#signal, priority: "notebook" },
      );
      vectors.push(...data.map(({ embedding }) => embedding as number[]));
    }
    const all = texts.map((text) => (text === "" ? null : vectors.shift() ?? null));
    return prompts.map((_, prompt) => all.slice(prompt * runs, (prompt + 1) * runs));
  }

  #answerText(precision: Precision, prompt: number, run: number): string {
    const row = this.measurement.rows.find((one) => one.kind === "single" && one.precision === precision && one.prompt === prompt && one.run === run);
    return `${String(row?.thinking ?? "")}${String(row?.answer ?? "")}`;
  }
}
