import assert from "node:assert/strict";

import fc from "fast-check";

import { TokenText } from "../../../../runtime/engine/token-text.ts";

/** A vocabulary whose tokens are arbitrary pieces of a text's bytes. */
function vocabulary(pieces: Uint8Array[]): (tokens: readonly number[]) => string {
  const bytes = (token: number): Uint8Array => pieces[token] ?? new Uint8Array();
  return (tokens) => new TextDecoder().decode(Buffer.concat(tokens.map(bytes)));
}

function cut(bytes: Uint8Array, lengths: number[]): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let start = 0, i = 0; start < bytes.length; i++) {
    const length = lengths[i % lengths.length] ?? 1;
    pieces.push(bytes.subarray(start, start + length));
    start += length;
  }
  return pieces;
}

describe("TokenText", () => {
  it("joins to the text however its bytes are cut into tokens, and gives no half character before the end", () => {
    const lengths = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 60 }), lengths, (text, sizes) => {
        const pieces = cut(new TextEncoder().encode(text), sizes);
        const stream = new TokenText(vocabulary(pieces), []);
        const parts = pieces.map((_, token) => stream.push(token));
        assert.equal(parts.join("") + stream.flush(), text);
      }),
      { numRuns: 1000 },
    );
  });

  it("keeps all characters where every token ends within one", () => {
    const text = "😀".repeat(40);
    const pieces = [new Uint8Array([0xf0]), ...Array.from({ length: 39 }, () => new Uint8Array([0x9f, 0x98, 0x80, 0xf0])), new Uint8Array([0x9f, 0x98, 0x80])];
    const stream = new TokenText(vocabulary(pieces), []);
    assert.equal(pieces.map((_, token) => stream.push(token)).join("") + stream.flush(), text);
  });

  it("holds an emoji back until its last byte", () => {
    const pieces = cut(new TextEncoder().encode("a😀b"), [1]);
    const stream = new TokenText(vocabulary(pieces), []);
    assert.deepEqual(pieces.map((_, token) => stream.push(token)), ["a", "", "", "", "😀", "b"]);
  });

  it("gives out the certain part of a token that ends in the middle of a character", () => {
    const stream = new TokenText(vocabulary([new Uint8Array([0x61, 0xf0]), new Uint8Array([0x9f, 0x98, 0x80])]), []);
    assert.deepEqual([stream.push(0), stream.push(1)], ["a", "😀"]);
  });

  it("fault 40: endless broken bytes neither stall the text nor make it slower", () => {
    let longest = 0;
    const decode = vocabulary([new Uint8Array([0xf0])]);
    const stream = new TokenText((tokens) => {
      longest = Math.max(longest, tokens.length);
      return decode(tokens);
    }, []);
    let text = "";
    for (let i = 0; i < 1000; i++) text += stream.push(0);
    assert.equal(text + stream.flush(), "\uFFFD".repeat(1000));
    assert.ok(longest <= 16);
  });

  it("shows the tokenizer the tokens before, for its spaces", () => {
    const seen: number[][] = [];
    const stream = new TokenText((tokens, before) => {
      seen.push([...before]);
      return tokens.join("");
    }, [1, 2, 3, 4, 5, 6]);
    stream.push(7);
    stream.push(8);
    assert.deepEqual(seen, [[3, 4, 5, 6], [4, 5, 6, 7]]);
  });
});
