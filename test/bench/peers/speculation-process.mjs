// Decode with and without prompt lookup: the same model, context and threads, in a process of its own.
// Plain JavaScript with clean start flags, because the library tests its binary in a fork that inherits them.
import { getLlama, InputLookupTokenPredictor } from "node-llama-cpp";

const CONTEXT = 2048;
/** At least two tokens must match, so that a lone comma is no pattern; then up to four are guessed. */
const LOOKUP = { patternLength: { min: 2 }, predictionLength: { min: 1, max: 4 } };

const [path, threads, gpu] = process.argv.slice(2);
const llama = await getLlama({ gpu: gpu === "cpu" ? false : "auto", build: "never", skipDownload: true, maxThreads: Number(threads), logLevel: "error" });
const model = await llama.loadModel({ modelPath: path });
const context = await model.createContext({ contextSize: CONTEXT, threads: Number(threads), sequences: 2 });
const sequences = { plain: context.getSequence(), lookup: context.getSequence({ tokenPredictor: new InputLookupTokenPredictor(LOOKUP) }) };
process.send("ready");

/** One greedy continuation from nothing: its tokens, their speed, and how many of them had been guessed. */
async function generate({ way, text, maxTokens }) {
  const sequence = sequences[way];
  await sequence.clearHistory();
  const prompt = model.tokenize(text);
  sequence.tokenPredictor?.updateInputTokens(prompt);
  const guessedBefore = sequence.tokenPredictions;
  const tokens = [];
  const stamps = [];
  const generated = sequence.evaluate(prompt, { temperature: 0, yieldEogToken: true });
  while (tokens.length < maxTokens) {
    const { value, done } = await generated.next();
    if (done) break;
    tokens.push(value);
    stamps.push(performance.now());
  }
  await generated.return();
  return {
    text: model.detokenize(tokens),
    tokens: tokens.length,
    guessed: way === "lookup" ? sequence.tokenPredictions.used - guessedBefore.used : 0,
    refuted: way === "lookup" ? sequence.tokenPredictions.refuted - guessedBefore.refuted : 0,
    tokS: ((stamps.length - 1) * 1000) / (stamps[stamps.length - 1] - stamps[0]),
  };
}

process.on("message", async (request) => process.send(await generate(request)));
process.on("disconnect", () => process.exit(0));
