import type { LlamaContextOptions } from "node-llama-cpp";

import type { LoadRequest } from "./engine.ts";

/** The adapters of a context, as the library takes them. */
export function loraOptions({ lora = [] }: LoadRequest): Pick<LlamaContextOptions, "lora"> {
  return lora.length === 0 ? {} : { lora: { adapters: lora.map(({ path, scale }) => ({ filePath: path, scale })) } };
}
