import { PRECISIONS } from "../keys.ts";
import type { ValueResult } from "../setting-value.ts";
import type { Precision } from "../../../runtime/models/model.ts";
import { fields, filledText, isMapping, number, WrongArgument } from "./fields.ts";

/** Who judges where a cell has `judge` assertions. */
export interface JudgeSetting {
  /** Null: the model that answered. */
  model: string | null;
  precision: Precision | null;
  /** Tokens that the judge may generate, thinking included. */
  max_tokens: number;
}

export const DEFAULT_JUDGE: JudgeSetting = { model: null, precision: null, max_tokens: 512 };
const MAX_TOKENS = 100_000;

/** `judge: r1-1.5b`, or `judge: { model: r1-1.5b, precision: int8, max_tokens: 1024 }`. */
export function readJudge(value: unknown): ValueResult {
  try {
    if (!isMapping(value)) return { ok: true, value: { ...DEFAULT_JUDGE, model: filledText("judge", value).trim() } satisfies JudgeSetting };
    const { model, precision, max_tokens: tokens = DEFAULT_JUDGE.max_tokens } = fields("judge", value, ["model", "precision", "max_tokens"]);
    const most = number("max_tokens", tokens, ["max_tokens"]);
    if (!Number.isInteger(most) || most < 1 || most > MAX_TOKENS) throw new WrongArgument("out_of_range", `\`max_tokens\` is a whole number from 1 to ${MAX_TOKENS}.`, ["max_tokens"]);
    const known = PRECISIONS.find((each) => each === precision);
    if (precision !== undefined && known === undefined) throw new WrongArgument("unknown_value", "`precision` is `fp16`, `int8` or `q4`.", ["precision"]);
    return { ok: true, value: { model: model === undefined ? null : filledText("model", model, ["model"]).trim(), precision: known ?? null, max_tokens: most } satisfies JudgeSetting };
  } catch (error) {
    if (error instanceof WrongArgument) return error.problem;
    throw error;
  }
}
