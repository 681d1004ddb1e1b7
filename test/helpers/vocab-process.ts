/** Loads the vocabulary of one GGUF file and answers tokenize calls; a process of its own, as native code is not for a test's process. */
import { getLlama, LlamaLogLevel } from "node-llama-cpp";

const llama = await getLlama({ gpu: false, build: "never", logLevel: LlamaLogLevel.disabled });
const model = await llama.loadModel({ modelPath: process.argv[2] ?? "", vocabOnly: true, gpuLayers: 0 });
process.on("message", ({ text, special }: { text: string; special: boolean }) => process.send?.(model.tokenize(text, special)));
process.send?.("ready");
