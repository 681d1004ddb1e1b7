import type { EvaluationPriority } from "node-llama-cpp";

/** More slots than any context has. */
const SLOTS = 4096;

/**
 * How important an evaluation is, and whose it is. The library shows the order of a batch nothing of an evaluation but
 * its tokens and one number, so the slot is the part of that number behind the point.
 */
export function batchPlace(importance: number, slot: number): EvaluationPriority {
  return Math.min(5, Math.max(1, Math.round(importance))) + slot / SLOTS as EvaluationPriority;
}

/** 1 to 5. */
export function importanceOf(place: number): number {
  return Math.floor(place);
}

/** 0 where none was given. */
export function slotOf(place: number): number {
  return Math.round((place - Math.floor(place)) * SLOTS);
}
