import { chatTemplate, isEmbeddingModel, specialToken, vocabulary } from "../models/gguf/facts.ts";
import { weightsRead } from "../models/estimate.ts";
import { readGguf } from "../models/gguf/read.ts";
import { arrayAt } from "../models/gguf/values.ts";
import { controlTokens } from "../models/template-text.ts";
import { hashOf } from "./noted-generation.ts";
import type { ModelFacts } from "./ports.ts";

/** Checks a model file and reads what prompts need to know of it. Throws `gguf_…`. */
export async function readModelFacts(path: string, signal: AbortSignal): Promise<ModelFacts> {
  const file = await readGguf(path, signal);
  const tokens = vocabulary(file);
  const types = (arrayAt(file, "tokenizer.ggml.token_type", "int32") ?? []) as number[];
  const template = chatTemplate(file) ?? null;
  const text = (name: "bos" | "eos"): string => {
    const id = specialToken(file, name);
    return id === undefined ? "" : tokens[id] ?? "";
  };
  return {
    chatTemplate: template,
    ...(template === null ? {} : { templateHash: hashOf(template) }),
    bosText: text("bos"),
    eosText: text("eos"),
    controlTokens: controlTokens(tokens, types, template),
    embedding: isEmbeddingModel(file),
    weightsRead: weightsRead(file),
  };
}
