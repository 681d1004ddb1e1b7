import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { RetortError } from "../../runtime/errors.ts";
import type { InspectGguf } from "../../runtime/models/inspect.ts";
import type { Convert } from "../../runtime/models/store.ts";

/** Bytes that {@link inspectFake} takes for a model of this type. `seed` makes files differ. */
export function fakeGguf(quant: string, bytes = 300_000, seed = 1): Buffer {
  const content = Buffer.alloc(bytes, seed);
  content.write(`GGUF ${quant}\n`, "latin1");
  return content;
}

/** Stands for the GGUF check: reads the type out of a {@link fakeGguf}. */
export const inspectFake: InspectGguf = async (path) => {
  const [, quant] = /^GGUF (\w+)\n/.exec((await readFile(path)).subarray(0, 40).toString("latin1")) ?? [];
  if (quant === undefined) throw new RetortError({ code: "gguf_bad_magic", message: "The file is not a GGUF file.", hint: "Get it again.", status: 422 });
  return { quant, name: undefined, parameters: 10, context: 4096, chatTemplate: undefined, embedding: false, fim: false };
};

/** Stands for the conversion: notes what it was asked for, writes a {@link fakeGguf}. */
export function fakeConvert(): Convert & { calls: Array<{ from: string; precision: string }> } {
  const calls: Array<{ from: string; precision: string }> = [];
  const convert: Convert = async ({ from, to, precision }) => {
    calls.push({ from, precision });
    const quant = precision === "int8" ? "Q8_0" : "F16";
    const content = fakeGguf(quant, 1000, (await readFile(from)).at(-1) ?? 0);
    await writeFile(to, content);
    return { bytes: content.length, sha256: createHash("sha256").update(content).digest("hex"), quant };
  };
  return Object.assign(convert, { calls });
}
