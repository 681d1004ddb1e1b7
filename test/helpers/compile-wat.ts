import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import wabt from "wabt";

/** The machine code of a WebAssembly text file. */
export async function compileWat(path: string): Promise<Uint8Array> {
  const compiler = await wabt();
  const module = compiler.parseWat(basename(path), await readFile(path, "utf8"), { simd: true });
  try {
    return module.toBinary({}).buffer;
  } finally {
    module.destroy();
  }
}
