import { existsSync } from "node:fs";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { encodeTiny, tinyGguf } from "./tiny-gguf.ts";

const CONTROL = ["<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>", "<|file_sep|>"];
const CONTEXT = 8192;

/**
 * Writes a model that is trained for nothing but has all that fill-in-the-middle needs: its tokens in the vocabulary,
 * the name of a coder, a long context. Each byte is a token, so token counts are characters. Resolves to its path.
 */
export async function writeFimGguf(folder: string): Promise<string> {
  const path = join(folder, "tiny-coder.gguf");
  await mkdir(folder, { recursive: true });
  if (existsSync(path)) return path;
  await writeFile(`${path}.part`, encodeTiny(tinyGguf({ name: "Tiny Qwen Coder", context: CONTEXT, control: CONTROL })));
  await rename(`${path}.part`, path);
  return path;
}
