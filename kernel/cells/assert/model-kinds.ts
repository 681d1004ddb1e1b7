import type { AssertionKind } from "./kind.ts";
import { kind } from "./kind.ts";
import { fields, filledText, isMapping, isTemplate, number, WrongArgument } from "./fields.ts";

const DEFAULT_SCALE = [1, 5] as const;
const MAX_SCALE = 100;

/** Assertions that a second model decides. Its time is counted apart. */
export const MODEL_KINDS: readonly AssertionKind[] = [
  kind("similar", "`{ to, at_least }`, and `model` to name the embedding model",
    "The answer's embedding is at least this close to that of the text (cosine, from -1 to 1). Needs an embedding model.",
    "similar: { to: The answer is sixteen., at_least: 0.8 }", (argument) => {
      if (!isMapping(argument)) throw new WrongArgument("wrong_type", "`similar` is a mapping with `to` and `at_least`.");
      const { to, at_least: least, model } = fields("similar", argument, ["to", "at_least", "model"]);
      if (least === undefined) throw new WrongArgument("wrong_type", "`similar` needs `at_least`, such as 0.8.");
      const limit = number("at_least", least, ["at_least"]);
      if (limit < -1 || limit > 1) throw new WrongArgument("out_of_range", `\`at_least\` of \`similar\` is a number from -1 to 1, not ${limit}.`, ["at_least"]);
      return { kind: "similar", to: filledText("to", to, ["to"]), at_least: limit, model: model === undefined ? null : filledText("model", model, ["model"]) };
    }),
  kind("judge", "a rubric as `{ rubric, at_least }`, and `scale` where the rubric names none",
    "Another request asks a model for a mark on the scale (`1-5` unless the rubric or `scale` names one), at temperature 0. A reply that is no mark is no verdict. `judge:` on the cell names the model.",
    "judge: { rubric: 'Is each step justified? 1-5', at_least: 4 }", (argument) => {
      if (!isMapping(argument)) throw new WrongArgument("wrong_type", "`judge` is a mapping with `rubric` and `at_least`.");
      const { rubric, at_least: least, scale } = fields("judge", argument, ["rubric", "at_least", "scale"]);
      const question = filledText("rubric", rubric, ["rubric"]);
      const range = scale === undefined ? scaleIn(question) ?? DEFAULT_SCALE : readScale(scale);
      if (least === undefined) throw new WrongArgument("wrong_type", `\`judge\` needs \`at_least\`, a mark from ${range[0]} to ${range[1]}.`);
      const limit = number("at_least", least, ["at_least"]);
      if (limit < range[0] || limit > range[1]) throw new WrongArgument("out_of_range", `\`at_least\` of \`judge\` is a mark from ${range[0]} to ${range[1]}, not ${limit}.`, ["at_least"]);
      return { kind: "judge", rubric: question, scale: range, at_least: limit };
    }),
];

/** `1-5` or `0 to 10` within a rubric. */
function scaleIn(rubric: string): readonly [number, number] | null {
  const [, low, high] = /(?<![\d.])(\d{1,2})\s*(?:-|–|to|\.\.)\s*(\d{1,3})(?![\d.]?\d)/.exec(rubric) ?? [];
  const range = [Number(low), Number(high)] as const;
  return low !== undefined && range[0] < range[1] && range[1] <= MAX_SCALE ? range : null;
}

function readScale(scale: unknown): readonly [number, number] {
  const ends = Array.isArray(scale) && scale.length === 2 ? (scale as unknown[]).map(Number) : typeof scale === "string" ? /^\s*(\d{1,3})\s*(?:-|–|to)\s*(\d{1,3})\s*$/.exec(scale)?.slice(1).map(Number) : undefined;
  const [low, high] = ends ?? [];
  if (isTemplate(scale)) return DEFAULT_SCALE;
  if (low === undefined || high === undefined || !Number.isInteger(low) || !Number.isInteger(high) || low < 0 || low >= high || high > MAX_SCALE) {
    throw new WrongArgument("wrong_type", `\`scale\` is two whole numbers from 0 to ${MAX_SCALE}, such as \`1-5\`.`, ["scale"]);
  }
  return [low, high];
}
