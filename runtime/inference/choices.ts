import type { Caller, GenerationPlan, GenerationTarget } from "./generation-plan.ts";
import { generate, type Generated, type GenerationServices, type OnPieces } from "./generation.ts";
import type { ReadyModel } from "./loaded-model.ts";
import { Turns } from "./turns.ts";

/** One of several replies to one request. */
export interface Choice {
  target: GenerationTarget;
  /** Choices with the same number have the same prompt. */
  prompt: number;
  onPieces: OnPieces;
  /** Called when this one has ended, the others may still run. */
  onEnd?(reply: Generated): void;
}

const SEEDS = 2 ** 32;

/** `n` replies to one prompt, which is prepared once. The seed counts up, so that replies differ and each can be had again. */
export function choiceTargets(target: GenerationTarget, n: number): GenerationTarget[] {
  const plans = new WeakMap<ReadyModel, Promise<GenerationPlan>>();
  const planOnce = (model: ReadyModel): Promise<GenerationPlan> => {
    const known = plans.get(model) ?? target.plan(model);
    plans.set(model, known);
    return known;
  };
  return Array.from({ length: n }, (_, choice) => ({
    ...target,
    plan: async (model) => {
      const plan = await planOnce(model);
      return { ...plan, sampling: { ...plan.sampling, seed: (plan.sampling.seed + choice) % SEEDS } };
    },
  }));
}

/**
 * Runs all replies to one request, as many at once as slots are free. To the queue they are one request: a single one of
 * them waits at a time, and the next follows when it has its slot. Replies to the same prompt begin when the first has
 * its first token: then its slot holds the prompt, and theirs copy it. If one fails, the others are cancelled.
 */
export async function generateChoices(services: GenerationServices, choices: readonly Choice[], caller: Caller): Promise<Generated[]> {
  const failure = new AbortController();
  const family = new Family(services, { ...caller, signal: AbortSignal.any([caller.signal, failure.signal]) });
  const ends = await Promise.allSettled(choices.map((choice) => family.run(choice).catch((error: unknown) => {
    failure.abort(error);
    throw error;
  })));
  // The first one: those after it were cancelled because of it.
  if (failure.signal.aborted) throw failure.signal.reason;
  return ends.flatMap((end) => end.status === "fulfilled" ? [end.value] : []);
}

/** The choices of one request. */
class Family {
  readonly #services: GenerationServices;
  readonly #caller: Caller;
  readonly #turns = new Turns();
  /** By prompt: resolves when it has been evaluated, or its first choice has ended. */
  readonly #evaluated = new Map<number, Promise<void>>();
  #isAccepted = false;

  constructor(services: GenerationServices, caller: Caller) {
    this.#services = services;
    this.#caller = caller;
  }

  async run(choice: Choice): Promise<Generated> {
    const evaluated = this.#evaluated.get(choice.prompt);
    let release: () => void = () => undefined;
    if (evaluated === undefined) this.#evaluated.set(choice.prompt, new Promise((resolve) => { release = resolve; }));
    await evaluated;
    const next = await this.#turns.take();
    const granted = (): void => {
      this.#isAccepted = true;
      next();
    };
    try {
      const reply = await generate(this.#services, choice.target, { ...this.#caller, isAccepted: this.#isAccepted, granted }, (...pieces) => {
        release();
        choice.onPieces(...pieces);
      });
      choice.onEnd?.(reply);
      return reply;
    } finally {
      next();
      release();
    }
  }
}
