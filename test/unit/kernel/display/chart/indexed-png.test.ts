import assert from "node:assert/strict";
import fc from "fast-check";
import { indexedPng } from "../../../../../kernel/display/chart/indexed-png.ts";
import { inflateSync } from "node:zlib";

/** Width, height and RGB of each pixel of such a PNG, its checksums looked at. */
function decode(png: Buffer): { width: number; height: number; pixels: number[][] } {
  const chunks = new Map<string, Buffer>();
  for (let at = 8; at < png.length;) {
    const length = png.readUInt32BE(at);
    chunks.set(png.toString("latin1", at + 4, at + 8), png.subarray(at + 8, at + 8 + length));
    assert.equal(png.readUInt32BE(at + 8 + length), crcBitwise(png.subarray(at + 4, at + 8 + length)));
    at += length + 12;
  }
  const header = chunks.get("IHDR") ?? assert.fail();
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  assert.deepEqual([...header.subarray(8)], [8, 3, 0, 0, 0]);
  const colours = chunks.get("PLTE") ?? assert.fail();
  const lines = inflateSync(chunks.get("IDAT") ?? assert.fail());
  assert.equal(lines.length, (width + 1) * height);
  const pixels = Array.from({ length: width * height }, (_, i) => {
    const index = lines[Math.floor(i / width) * (width + 1) + 1 + (i % width)] ?? 0;
    return [...colours.subarray(3 * index, 3 * index + 3)];
  });
  return { width, height, pixels };
}

/** CRC-32 as its definition has it, bit by bit. */
function crcBitwise(data: Uint8Array): number {
  let c = 0xffffffff;
  for (const byte of data) {
    c ^= byte;
    for (let bit = 0; bit < 8; bit++) c = (c >>> 1) ^ (c & 1 ? 0xedb88320 : 0);
  }
  return (c ^ 0xffffffff) >>> 0;
}

const rgba = (pixels: readonly (readonly number[])[]): Uint8Array => Uint8Array.from(pixels.flatMap((pixel) => [...pixel, 255]));

describe("indexedPng", () => {
  const colour = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255));

  it("keeps every pixel of a picture of few colours", () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 }), fc.array(colour, { minLength: 1, maxLength: 20 }), fc.nat(), (width, height, colours, seed) => {
      const pixels = Array.from({ length: width * height }, (_, i) => [...(colours[(i * 7 + seed) % colours.length] ?? [])]);
      assert.deepEqual(decode(indexedPng(rgba(pixels), width, height) ?? assert.fail()), { width, height, pixels });
    }), { numRuns: 40 });
  });

  it("keeps every pixel of many colours as near as its palette has one", () => {
    const pixels = Array.from({ length: 60 * 60 }, (_, i) => [i % 256, (i * 3) % 256, (i * 7) % 256]);
    const decoded = decode(indexedPng(rgba(pixels), 60, 60) ?? assert.fail());
    decoded.pixels.forEach((pixel, i) => pixel.forEach((value, channel) => assert.ok(Math.abs(value - (pixels[i]?.[channel] ?? 0)) < 64)));
  });

  it("leaves transparent pictures alone", () => {
    assert.equal(indexedPng(Uint8Array.from([1, 2, 3, 254]), 1, 1), null);
  });
});
