import { smollm2 } from "../../helpers/models.ts";
import { amountRow, interleave, ratioRow, type Bench, type BenchRow } from "../bench.ts";
import { startSpeculation, type SpeculationLoop, type SpeculationResult } from "../peers/speculation.ts";

const TOKENS = 64;

const SENTENCES = [
  "The harbour was quiet in the morning, and the boats lay side by side.", "A man came down the road with a basket of apples.", "He sold three of them to a woman who waited for the ferry.",
  "The ferry was late because of the fog.", "When it came at last, nobody wanted to go.", "They sat on the wall and ate the apples together.",
];

/** What is to be written stands in the prompt, twice, so that even a small model copies it. */
function copyingPrompt(round: number): string {
  const text = SENTENCES.map((_, i) => SENTENCES[(i + round + SENTENCES.length) % SENTENCES.length]).join(" ");
  return `Text: ${text}\nThe same text again: ${text}\nThe same text again:`;
}

const freePrompt = (round: number): string => `Story number ${round + 2}. Once upon a time in a small village by the sea there lived`;

/**
 * Guessing several tokens ahead from the prompt and checking them in one step, beside one step a token: where what is
 * written stands in the prompt, and where it does not. No draft model is measured: SmolLM2
 * shares its tokenizer with no other model of the catalogue.
 */
export const speculationBench: Bench = {
  name: "speculation",
  async run({ quick, gpu, log }) {
    const rows: BenchRow[] = [];
    for (const precision of ["int8", "fp16"] as const) {
      const loop = await startSpeculation(await smollm2(precision), { threads: 2, gpu });
      try {
        rows.push(
          ...(await compare(loop, `${precision.toUpperCase()}, text from the prompt`, copyingPrompt, quick ? 3 : 9, log)),
          ...(await compare(loop, `${precision.toUpperCase()}, free text`, freePrompt, quick ? 3 : 9, log)),
        );
      } finally {
        loop.dispose();
      }
    }
    return rows;
  },
};

async function compare(loop: SpeculationLoop, what: string, prompt: (round: number) => string, rounds: number, log: (text: string) => void): Promise<BenchRow[]> {
  const run = (way: "plain" | "lookup") => (round: number): Promise<SpeculationResult> => loop.generate(way, prompt(round), TOKENS);
  const pairs = await interleave(rounds, run("lookup"), run("plain"));
  const same = pairs.filter(({ a, b }) => a.text === b.text).length;
  const guessed = pairs.reduce((sum, { a }) => sum + a.guessed, 0) / pairs.reduce((sum, { a }) => sum + a.tokens, 0);
  log(`${what}: ${Math.round(guessed * 100)} % of the tokens were guessed, ${pairs.reduce((sum, { a }) => sum + a.refuted, 0)} guesses were wrong`);
  return [
    ratioRow(`prompt lookup / plain decode, ${what}`, "tok/s", pairs.map(({ a }) => a.tokS), pairs.map(({ b }) => b.tokS), null),
    amountRow(`the same text with prompt lookup, ${what}`, "%", (same * 100) / pairs.length, pairs.length, null),
  ];
}
