import { deflateSync } from "node:zlib";

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const MAX_COLOURS = 256;
/** Bits kept of each channel, from all to what surely fits a palette. */
const DEPTHS = [8, 6, 5, 4, 3, 2] as const;
const INDEXED = 3;
/** The next levels take five times as long for a tenth less. */
const DEFLATE_LEVEL = 7;
const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let bit = 0; bit < 8; bit++) c = (c & 1) === 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c >>> 0;
});

/**
 * A PNG with a palette, a third as long as one of full colours: a chart has few, and the shades at the edges of its
 * letters may be a little off. `pixels` are RGBA. Null for a picture with transparent parts.
 */
export function indexedPng(pixels: Uint8Array, width: number, height: number): Buffer | null {
  for (let i = 3; i < pixels.length; i += 4) if (pixels[i] !== 255) return null;
  for (const bits of DEPTHS) {
    const found = palette(pixels, width, height, 8 - bits);
    if (found !== null) return png(width, height, found);
  }
  return null;
}

/** One index for each pixel, each line after a zero (no filter); null where the colours are too many. */
function palette(pixels: Uint8Array, width: number, height: number, dropped: number): { colours: number[]; lines: Uint8Array } | null {
  const mask = (0xff << dropped) & 0xff;
  const known = new Map<number, number>();
  const colours: number[] = [];
  const lines = new Uint8Array((width + 1) * height);
  // Neighbours are mostly alike.
  let last = -1;
  let index = 0;
  for (let y = 0, at = 0, to = 0; y < height; y++) {
    to++;
    for (let x = 0; x < width; x++, at += 4, to++) {
      const red = pixels[at] as number;
      const green = pixels[at + 1] as number;
      const blue = pixels[at + 2] as number;
      const key = ((red & mask) << 16) | ((green & mask) << 8) | (blue & mask);
      if (key !== last) {
        last = key;
        index = known.get(key) ?? known.size;
        if (index === MAX_COLOURS) return null;
        if (index === known.size) {
          known.set(key, index);
          // The first of its like, so that the ground and the inks stay what they are.
          colours.push(red, green, blue);
        }
      }
      lines[to] = index;
    }
  }
  return { colours, lines };
}

function png(width: number, height: number, { colours, lines }: { colours: number[]; lines: Uint8Array }): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, INDEXED, 0, 0, 0], 8);
  return Buffer.concat([SIGNATURE, chunk("IHDR", header), chunk("PLTE", Buffer.from(colours)), chunk("IDAT", deflateSync(lines, { level: DEFLATE_LEVEL })), chunk("IEND", Buffer.alloc(0))]);
}

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const whole = Buffer.alloc(named.length + 8);
  whole.writeUInt32BE(data.length, 0);
  named.copy(whole, 4);
  whole.writeUInt32BE(crc(named), named.length + 4);
  return whole;
}

function crc(data: Uint8Array): number {
  let c = 0xffffffff;
  for (const byte of data) c = (CRC_TABLE[(c ^ byte) & 0xff] as number) ^ (c >>> 8);
  return (c ^ 0xffffffff) >>> 0;
}
