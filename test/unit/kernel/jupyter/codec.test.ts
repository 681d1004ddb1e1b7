import assert from "node:assert/strict";
import fc from "fast-check";
import { Codec } from "../../../../kernel/jupyter/codec.ts";
import { newMessage, type Json } from "../../../../kernel/jupyter/message.ts";

const KEY = "a key";
const buffersOf = (frames: Uint8Array[]): Buffer[] => frames.map((frame) => Buffer.from(frame));
const sample = (content: Json = {}) => newMessage({ type: "execute_request", session: "s", content });
const encode = (codec = new Codec(KEY), message = sample({ code: "1" })) => buffersOf(codec.encode(message));
const reasonOf = (frames: Buffer[], codec = new Codec(KEY)): string => {
  const decoded = codec.decode(frames);
  return decoded.ok ? "accepted" : decoded.reason;
};

describe("codec", () => {
  it("gives back every message it wrote, with any JSON content, identities and buffers", () => {
    const frame = fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes));
    fc.assert(fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.array(frame), fc.array(frame), (content, identities, buffers) => {
      const message = { ...sample(content), identities, buffers };
      const decoded = new Codec(KEY).decode(buffersOf(new Codec(KEY).encode(message)));
      assert.ok(decoded.ok);
      assert.deepEqual(decoded.message.content, JSON.parse(JSON.stringify(content)));
      assert.deepEqual(decoded.message.identities, identities);
      assert.deepEqual(decoded.message.buffers, buffers);
      assert.deepEqual(decoded.message.header, message.header);
    }));
  });

  it("fault 53: refuses a changed byte in any signed part", () => {
    const good = encode();
    fc.assert(fc.property(fc.integer({ min: 1, max: 5 }), fc.nat(), (part, position) => {
      const frames = good.map((frame) => Buffer.from(frame));
      const changed = frames[part] ?? Buffer.alloc(1);
      changed[position % changed.length] = (changed[position % changed.length] ?? 0) ^ 1;
      assert.notEqual(reasonOf(frames), "accepted");
    }));
  });

  it("fault 53: refuses an absent, short, foreign or replayed signature", () => {
    const [delimiter, signature, ...rest] = encode() as [Buffer, Buffer, ...Buffer[]];
    assert.equal(reasonOf([delimiter, Buffer.alloc(0), ...rest]), "wrong signature");
    assert.equal(reasonOf([delimiter, signature.subarray(1), ...rest]), "wrong signature");
    assert.equal(reasonOf(encode(new Codec("another key"))), "wrong signature");
    const codec = new Codec(KEY);
    assert.equal(reasonOf([delimiter, signature, ...rest], codec), "accepted");
    assert.equal(reasonOf([delimiter, signature, ...rest], codec), "replayed message");
  });

  it("fault 53: an empty key means unsigned messages both ways", () => {
    assert.equal(encode(new Codec(""))[1]?.length, 0);
    assert.equal(reasonOf(encode(), new Codec("")), "accepted");
  });

  it("fault 54: refuses wrong frame counts, a missing delimiter and frames that are no JSON objects", () => {
    const good = encode();
    for (let count = 0; count < good.length; count += 1) assert.notEqual(reasonOf(good.slice(0, count)), "accepted");
    assert.equal(reasonOf(good.slice(1)), "no delimiter frame");
    const unsigned = new Codec("");
    for (const bad of ["", "[]", "null", "1", "{", "\u0000"]) {
      for (let part = 2; part < 6; part += 1) {
        const frames = good.map((frame, i) => (i === part ? Buffer.from(bad) : frame));
        assert.equal(reasonOf(frames, unsigned), "a frame is not a JSON object");
      }
    }
  });

  it("fault 54: never throws on garbage", () => {
    const frame = fc.oneof(fc.uint8Array().map((bytes) => Buffer.from(bytes)), fc.constant(Buffer.from("<IDS|MSG>")), fc.json().map((text) => Buffer.from(text)));
    fc.assert(fc.property(fc.array(frame), fc.constantFrom(KEY, ""), (frames, key) => {
      assert.equal(typeof new Codec(key).decode(frames).ok, "boolean");
    }));
  });

  it("fault 55: a header without msg_id, or with ids that are not strings, is refused; other fields may be missing", () => {
    const codec = new Codec("");
    const withHeader = (header: Json) => encode(codec).map((frame, i) => (i === 2 ? Buffer.from(JSON.stringify(header)) : frame));
    assert.match(reasonOf(withHeader({ msg_type: "a" }), codec), /msg_id/);
    assert.match(reasonOf(withHeader({ msg_id: 7, msg_type: "a" }), codec), /msg_id/);
    assert.match(reasonOf(withHeader({ msg_id: "1", msg_type: ["a"] }), codec), /msg_type/);
    const decoded = codec.decode(withHeader({ msg_id: "1", msg_type: "a", session: 5, subshell_id: 4 }));
    assert.ok(decoded.ok);
    assert.equal(decoded.message.header.session, "");
    assert.equal(decoded.message.header.subshell_id, null);
  });

  it("names a signature scheme that it does not know", () => {
    assert.throws(() => new Codec(KEY, "md5000"), { code: "unknown_signature_scheme" });
    assert.throws(() => new Codec(KEY, "hmac-nothing"), { code: "unknown_signature_scheme" });
    assert.equal(reasonOf(encode(new Codec(KEY, "hmac-sha512")), new Codec(KEY, "hmac-sha512")), "accepted");
  });

  it("fault 58: circular content is an error of its sender", () => {
    const content: Json = {};
    content.self = content;
    assert.throws(() => new Codec(KEY).encode(sample(content)), TypeError);
  });
});
