// The peer of the engine: node-llama-cpp's own evaluate loop with nothing around it, in a process of its own.
// Plain JavaScript with clean start flags, because the library tests its binary in a fork that inherits them.
import { getLlama } from "node-llama-cpp";

const [path, threads, contextSize, gpu] = process.argv.slice(2);
const llama = await getLlama({ gpu: gpu === "cpu" ? false : "auto", build: "never", skipDownload: true, maxThreads: Number(threads), logLevel: "error" });
const started = performance.now();
const model = await llama.loadModel({ modelPath: path });
const context = await model.createContext({ contextSize: Number(contextSize), threads: Number(threads), sequences: 1 });
const sequence = context.getSequence();
process.send({ ready: true, loadMs: performance.now() - started });

/** One prompt, evaluated from nothing. Times in ms. */
async function generate(text, maxTokens) {
  await sequence.clearHistory();
  const tokens = model.tokenize(text, true);
  const begun = performance.now();
  const stamps = [];
  const generated = sequence.evaluate(tokens, { temperature: 0, yieldEogToken: true });
  while (stamps.length < maxTokens && !(await generated.next()).done) stamps.push(performance.now());
  await generated.return();
  const first = stamps[0];
  const last = stamps[stamps.length - 1];
  return { promptTokens: tokens.length, tokens: stamps.length, ttftMs: first - begun, decodeTokS: ((stamps.length - 1) * 1000) / (last - first) };
}

process.on("message", async ({ text, maxTokens }) => process.send(await generate(text, maxTokens)));
process.on("disconnect", () => process.exit(0));
