import { chatTemplate, contextLength, fimTokens, isEmbeddingModel, modelName, quantName } from "./gguf/facts.ts";
import { readGguf } from "./gguf/read.ts";

/** What the store needs to know about a file that has passed the GGUF check. */
export interface GgufFacts {
  quant: string;
  name: string | undefined;
  /** Number of weights. */
  parameters: number;
  /** Tokens. */
  context: number;
  chatTemplate: string | undefined;
  embedding: boolean;
  fim: boolean;
}

/** Checks a GGUF file and says what is in it. Errors: `gguf_…` (422) for a file that must not be loaded. */
export type InspectGguf = (path: string, signal?: AbortSignal) => Promise<GgufFacts>;

export const inspectGguf: InspectGguf = async (path, signal) => {
  const file = await readGguf(path, signal);
  return {
    quant: quantName(file),
    name: modelName(file),
    parameters: file.tensors.reduce((sum, { dims }) => sum + dims.reduce((product, dim) => product * dim, 1), 0),
    context: contextLength(file),
    chatTemplate: chatTemplate(file),
    embedding: isEmbeddingModel(file),
    fim: fimTokens(file) !== null,
  };
};
