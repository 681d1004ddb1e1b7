import fc from "fast-check";

/** One change of a text of bytes (latin1), at a place from 0 to 1 of its length. */
interface Cut {
  at: number;
  length: number;
  how: "cut" | "remove" | "insert" | "repeat" | "flip";
  bytes: string;
}

const PIECES = ["\r\n", "\n", "\r", "\r\n\r\n", "\u0000", " ", "\t", ":", ",", "{", "}", "[", "]", '"', "\\", "\\u0000", "\\ud800", "%", "%00", "..", "?", "#", "0", "9".repeat(30), "\xff", "\xc0\x80", "\xed\xa0\x80", "\xf5\x80\x80\x80", "A".repeat(20_000)];

const cut: fc.Arbitrary<Cut> = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.nat(12),
  how: fc.constantFrom("cut", "remove", "insert", "insert", "repeat", "flip"),
  bytes: fc.oneof(fc.constantFrom(...PIECES), fc.uint8Array({ maxLength: 8 }).map((bytes) => Buffer.from(bytes).toString("latin1"))),
});

/** Texts with a few of their bytes spoiled. */
export function torn(good: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.tuple(good, fc.array(cut, { minLength: 1, maxLength: 3 })).map(([text, cuts]) => cuts.reduce(apply, text));
}

function apply(text: string, { at, length, how, bytes }: Cut): string {
  const place = Math.floor(at * text.length);
  const [before, middle, after] = [text.slice(0, place), text.slice(place, place + length), text.slice(place + length)];
  switch (how) {
    case "cut": return before;
    case "remove": return before + after;
    case "insert": return before + bytes + middle + after;
    case "repeat": return before + middle.repeat(10) + after;
    case "flip": return before + middle.replace(/[\s\S]/g, (char) => String.fromCharCode(char.charCodeAt(0) ^ 0x20)) + after;
  }
}
