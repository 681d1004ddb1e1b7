import type { Engine, GenerateRequest } from "../../../runtime/engine/engine.ts";
import { nowMs } from "../../../runtime/timing.ts";

/** One generation as the engine saw it, cancelled ones included. Times from {@link nowMs}. */
export interface GenerationRecord {
  handle: string;
  priority: number;
  tokens: Uint32Array;
  startedAt: number;
  /** When the editor's side gave it up; null when it did not. */
  abortedAt: number | null;
  endedAt: number | null;
  /** Prompt tokens that were evaluated: neither in the cache nor left out because of a cancel. */
  evaluated: number;
  generated: number;
  /** Gaps between its tokens, in ms. */
  steps: number[];
}

/** Notes every generation that goes through `engine`. */
export function recordGenerations(engine: Engine, records: GenerationRecord[]): Engine {
  const generate: Engine["generate"] = async (request, onTokens, signal) => {
    const record = newRecord(request);
    records.push(record);
    let last: number | null = null;
    const result = await engine.generate(request, (events) => {
      for (const { at } of events) {
        if (last !== null) record.steps.push(at - last);
        last = at;
      }
      record.generated += events.length;
      onTokens(events);
    }, signal);
    record.endedAt = nowMs();
    record.evaluated = Math.max(0, Math.min(result.slotTokens.length, result.promptTokens) - result.cachedTokens);
    return result;
  };
  return new Proxy(engine, {
    get(target, key) {
      if (key === "generate") return generate;
      const value: unknown = Reflect.get(target, key);
      return typeof value === "function" ? value.bind(target) as unknown : value;
    },
  });
}

function newRecord({ handle, priority, tokens }: GenerateRequest): GenerationRecord {
  return { handle, priority, tokens, startedAt: nowMs(), abortedAt: null, endedAt: null, evaluated: 0, generated: 0, steps: [] };
}
