import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { join } from "node:path";
import fc from "fast-check";
import { packageRoot } from "../../../../../runtime/entry.ts";
import { f16 } from "../../../../../runtime/models/quant/f16.ts";
import { Q8_CODE } from "../../../../../runtime/models/quant/q8-0-code.ts";
import { HalvesToQ8 } from "../../../../../runtime/models/quant/q8-0-simd.ts";
import { q8_0 } from "../../../../../runtime/models/quant/q8-0.ts";
import { compileWat } from "../../../../helpers/compile-wat.ts";
import { seeded } from "../../../../helpers/tiny-gguf.ts";

// The expected bytes come from gguf 0.19.0 (Python, `quants.quantize`) on the same values.

describe("quant/q8-0", () => {
  it("packs values of all magnitudes as the gguf package does", () => {
    assert.equal(sha256(packed(q8_0, mixedValues())), "7864f0a29b72af30be598e15f8463b77bc49be67fd2a7acff256fef0f483671d");
  });

  it("packs values whose scale underflows as the gguf package does", () => {
    const values = mixedValues().map((value) => value * 2 ** -110);
    assert.equal(sha256(packed(q8_0, values)), "592b00fce730eea0342e9b09adedba75afdcc47e02ad55b56c6f2346f7d9e866");
  });

  it("rounds halves away from zero, and keeps the largest value below a half at 0", () => {
    const halves = Array.from({ length: 16 }, (_, i) => i + 0.5);
    const values = Float32Array.of(127, 63.5, 0.5, -0.5, 1.5, -1.5, 2.5, -2.5, 0.49999997, -0.49999997, 126.5, -126.5, 0, -0, 1e-30, -127, ...halves);
    assert.equal(Buffer.from(packed(q8_0, values)).toString("hex"), "003c7f4001ff02fe03fd00007f81000000810102030405060708090a0b0c0d0e0f10");
  });

  it("packs a block of zeros", () => {
    assert.deepEqual(packed(q8_0, new Float32Array(32)), new Uint8Array(34));
  });

  const simd = new HalvesToQ8();

  /** Both ways from halves to Q8_0 must give the same bytes. */
  function compareWays(source: Uint16Array): void {
    const bytes = new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
    const values = new Float32Array(source.length);
    f16.dequantise(bytes, values);
    const direct = new Uint8Array((source.length / 32) * 34);
    assert.equal(simd.quantise(bytes, direct), true);
    assert.deepEqual(direct, packed(q8_0, values));
  }

  it("packs halves as it packs the same floats", () => {
    const halves = fc.uint16Array({ minLength: 96, maxLength: 96 }).map((array) => array.map((half) => ((half & 0x7c00) === 0x7c00 ? half & 0x83ff : half)));
    fc.assert(fc.property(halves, compareWays), { numRuns: 500 });
  });

  it("packs every finite half in company of each magnitude", () => {
    for (let largest = 1; largest < 0x7c00; largest += 977) {
      const below = Uint16Array.from({ length: largest + 1 }, (_, half) => (half % 3 === 0 ? half | 0x8000 : half));
      const blocks = Math.ceil(below.length / 31);
      compareWays(Uint16Array.from({ length: blocks * 32 }, (_, i) => (i % 32 === 31 ? largest : below[Math.floor(i / 32) * 31 + (i % 32)] ?? 0)));
    }
  });

  it("packs more than its memory holds at once", () => {
    compareWays(Uint16Array.from({ length: 32 * 10_000 }, (_, i) => (i * 7919) % 0x7c00));
  });

  it("is compiled from what q8-0.wat says", async () => {
    const code = await compileWat(join(packageRoot(), "runtime", "models", "quant", "q8-0.wat"));
    assert.equal(Q8_CODE, Buffer.from(code).toString("base64"), "run `npm run wasm`");
  });

  it("reports values that are infinite or not a number", () => {
    for (const bad of [Infinity, -Infinity, NaN]) {
      const values = new Float32Array(64).fill(1);
      values[40] = bad;
      const halves = new Uint8Array(128);
      assert.equal(f16.quantise(values, halves), false);
      assert.equal(q8_0.quantise(values, new Uint8Array(68)), false);
      assert.equal(simd.quantise(halves, new Uint8Array(68)), false);
    }
    assert.equal(q8_0.quantise(new Float32Array(32).fill(1e8), new Uint8Array(34)), false, "the scale overflows a half");
    assert.equal(f16.quantise(new Float32Array(32).fill(70000), new Uint8Array(64)), false);
  });
});

describe("quant/f16", () => {
  it("packs values of all magnitudes as the gguf package does", () => {
    assert.equal(sha256(packed(f16, mixedValues(), 2)), "47a1062427e197340f2c215fbb92db564d1d84667d49791cc5dd62915d35c647");
  });
});

/** 256 blocks of 32 values; every block has a magnitude of its own between 2^-30 and 2^9. */
function mixedValues(): Float32Array {
  const random = seeded(9);
  const values: number[] = [];
  for (let block = 0; block < 256; block++) {
    const exponent = Math.trunc(random() * 40) - 30;
    for (let i = 0; i < 32; i++) values.push((random() - 0.5) * 2 ** exponent);
  }
  return Float32Array.from(values);
}

function packed(format: typeof q8_0, values: Float32Array, bytesPerValue = 34 / 32): Uint8Array {
  const target = new Uint8Array(values.length * bytesPerValue);
  assert.equal(format.quantise(values, target), true);
  return target;
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
