import assert from "node:assert/strict";
import fc from "fast-check";
import { RetortError } from "../../../../../runtime/errors.ts";
import { checkModel } from "../../../../../runtime/models/gguf/check.ts";
import { HeaderIncomplete } from "../../../../../runtime/models/gguf/cursor.ts";
import { fimTokens, isEmbeddingModel, quantName } from "../../../../../runtime/models/gguf/facts.ts";
import type { GgufHeader } from "../../../../../runtime/models/gguf/gguf.ts";
import { parseHeader } from "../../../../../runtime/models/gguf/header.ts";
import { encodeTiny, tinyGguf } from "../../../../helpers/tiny-gguf.ts";

const good = encodeTiny(tinyGguf());
const dataOffset = parse(good).dataOffset;

describe("gguf fuzz", () => {
  it("fault 27: a cut at or beside any boundary of the head is refused", () => {
    const { ranges } = parse(good);
    const boundaries = [0, 4, 8, 16, 24, ...[...ranges.values()].flatMap(({ start, end }) => [start, start + 8, end - 1, end]), dataOffset - 1];
    for (const size of boundaries.flatMap((at) => [at, at + 1])) refusedOrRead(good.subarray(0, size), "refused");
    for (let size = 0; size < dataOffset; size += 61) refusedOrRead(good.subarray(0, size), "refused");
  });

  it("fault 27: every cut inside the data is refused", () => {
    const { tensors } = parse(good);
    for (const { offset, bytes } of tensors) {
      refusedOrRead(good.subarray(0, offset), "refused");
      refusedOrRead(good.subarray(0, offset + bytes - 1), "refused");
    }
  });

  it("a head of which only the start was read asks for more", () => {
    for (const length of [0, 3, 24, 1000, dataOffset - 100]) {
      assert.throws(() => parseHeader(good.subarray(0, length), source(good.length)), HeaderIncomplete);
    }
  });

  it("fault 28: flipped bits in the head give a model or a coded error", () => {
    const flips = fc.array(fc.tuple(fc.nat(dataOffset - 1), fc.nat(7)), { minLength: 1, maxLength: 4 });
    fc.assert(fc.property(flips, (positions) => {
      const bytes = Buffer.from(good);
      for (const [at, bit] of positions) bytes[at]! ^= 1 << bit;
      refusedOrRead(bytes, "either");
    }), { numRuns: 500 });
  });

  it("random bytes behind a true start give a coded error", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (tail) => {
      refusedOrRead(Buffer.concat([good.subarray(0, 8), tail]), "refused");
    }), { numRuns: 300 });
  });
});

function source(size: number): { path: string; size: number; dataPresent: boolean } {
  return { path: "fuzz.gguf", size, dataPresent: true };
}

/** The whole check, as readGguf does it, without the file system. */
function parse(bytes: Uint8Array): GgufHeader {
  const header = parseHeader(bytes, source(bytes.length));
  checkModel(header);
  return header;
}

function refusedOrRead(bytes: Uint8Array, expected: "refused" | "either"): void {
  try {
    const header = parse(bytes);
    fimTokens(header);
    isEmbeddingModel(header);
    quantName(header);
  } catch (error) {
    assert.ok(error instanceof RetortError, String(error));
    assert.match(error.code, /^gguf_/);
    return;
  }
  assert.equal(expected, "either");
}
