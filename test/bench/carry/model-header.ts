import { createReadStream } from "node:fs";
import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { pipeline } from "node:stream/promises";
import { readGguf } from "../../../runtime/models/gguf/read.ts";

/** Copies the head of a GGUF file, which holds the tokenizer, without the weights after it: a few MB instead of a hundred. */
export async function copyModelHeader(from: string, to: string): Promise<void> {
  const { dataOffset } = await readGguf(from, undefined, { headerOnly: true });
  await mkdir(dirname(to), { recursive: true });
  await pipeline(createReadStream(from, { end: dataOffset - 1 }), createWriteStream(to));
}
