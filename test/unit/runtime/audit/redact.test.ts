import assert from "node:assert/strict";
import fc from "fast-check";

import { redact, redactAll } from "../../../../runtime/audit/redact.ts";

const NONE = { known: [], emails: false };
/** Put together here, so that no scanner takes this file for a leak. */
const fake = (...parts: string[]): string => parts.join("");
const BODY = "Ab3".repeat(12);

describe("redact", () => {
  for (const [what, text, secret] of [
    ["a bearer token", `curl -H "Authorization: Bearer ${BODY}"`, BODY],
    ["an API key by its form", `my key is ${fake("sk", "-", BODY)} ok`, BODY],
    ["a hub token", `login ${fake("hf", "_", BODY)}`, BODY],
    ["a repository token", fake("ghp", "_", BODY), BODY],
    ["a cloud key", fake("AKIA", "ABCDEFGHIJKLMNOP"), "ABCDEFGHIJKLMNOP"],
    ["a signed token", fake("eyJ", BODY, ".", BODY, ".", BODY), BODY],
    ["a named value", 'password: "hunter2!"', "hunter2"],
    ["a named value in JSON", '{"api_key": "correct-horse"}', "correct-horse"],
    ["an assignment", "export CLIENT_SECRET=abcdef12345", "abcdef12345"],
    ["a password in an address", "postgres://me:sesame@db/x", "sesame"],
    ["a private key", fake("-----BEGIN RSA ", "PRIVATE KEY-----\nMIIE", BODY, "\n-----END RSA PRIVATE KEY-----"), BODY],
  ] as const) {
    it(`takes out ${what}`, () => {
      const clean = redact(text, NONE);
      assert.ok(!clean.includes(secret), clean);
      assert.match(clean, /\[redacted\]/);
    });
  }

  it("takes out what it is told, wherever it stands", () => {
    assert.equal(redact("xkeyx key", { known: ["key"], emails: false }), "x[redacted]x [redacted]");
  });

  it("takes out e-mail addresses only where that is asked for", () => {
    assert.equal(redact("write to a.b@c.example now", NONE), "write to a.b@c.example now");
    assert.equal(redact("write to a.b@c.example now", { known: [], emails: true }), "write to [redacted] now");
  });

  it("leaves ordinary prompts as they are", () => {
    for (const text of ["What is a token in a language model?", "The secret of good bread: time.", "sk-learn is a library", "Use https://example.org/a:b@c"]) {
      assert.equal(redact(text, NONE), text);
    }
  });

  it("goes through JSON values, and knows fields by their names", () => {
    assert.deepEqual(redactAll({ messages: [{ content: `Bearer ${BODY}` }], n: 1, token: "x", top: null }, NONE),
      { messages: [{ content: "[redacted]" }], n: 1, token: "[redacted]", top: null });
  });

  it("takes time in proportion to the text", () => {
    fc.assert(fc.property(fc.constantFrom("-", "a", "a.", "eyJ", "eyJa.", "password", "-----BEGIN ", "a@", "a://a:", "bearer ", "token=", " "), (piece) => {
      const text = piece.repeat(Math.ceil(200_000 / piece.length));
      const begun = process.cpuUsage().user;
      redact(text, { known: ["zz"], emails: true });
      const ms = (process.cpuUsage().user - begun) / 1000;
      assert.ok(ms < 2000, `${piece}: ${ms} ms for 200,000 characters`);
    }), { numRuns: 12 });
  });
});
