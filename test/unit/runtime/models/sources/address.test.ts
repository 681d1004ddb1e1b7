import assert from "node:assert/strict";
import { isPrivateHost } from "../../../../../runtime/models/sources/address.ts";
import { networkError, retryAfterSeconds, TransientError } from "../../../../../runtime/models/sources/hub-errors.ts";

const lookup = async (host: string): Promise<string[]> => (host === "mixed.test" ? ["93.184.216.34", "10.1.2.3"] : ["93.184.216.34"]);

describe("addresses and network errors", () => {
  for (const host of ["127.0.0.1", "10.0.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "[::1]", "[::]", "[fd00::1]", "[fe80::1]", "[::ffff:127.0.0.1]", "[::ffff:a9fe:a9fe]", "mixed.test"]) {
    it(`fault 63: ${host} is private`, async () => assert.equal(await isPrivateHost(host, lookup), true));
  }
  for (const host of ["93.184.216.34", "172.32.0.1", "[2606:4700::1]", "public.test"]) {
    it(`fault 63: ${host} is public`, async () => assert.equal(await isPrivateHost(host, lookup), false));
  }

  it("fault 63: Retry-After as a number, a date, or nonsense", () => {
    const now = Date.parse("2026-01-01T00:00:00Z");
    assert.equal(retryAfterSeconds("7", now), 7);
    assert.equal(retryAfterSeconds("Thu, 01 Jan 2026 00:01:30 GMT", now), 90);
    assert.equal(retryAfterSeconds("Wed, 31 Dec 2025 00:00:00 GMT", now), 0);
    assert.equal(retryAfterSeconds("soon", now), undefined);
    assert.equal(retryAfterSeconds(null, now), undefined);
  });

  it("fault 68: an untrusted certificate is told at once, a broken connection is tried again", () => {
    const failed = (code: string): Error => networkError(Object.assign(new TypeError("fetch failed"), { cause: Object.assign(new Error("x"), { code }) }), "hf:a/b/c.gguf", {});
    assert.equal((failed("SELF_SIGNED_CERT_IN_CHAIN") as { code?: string }).code, "tls_error");
    assert.equal((failed("ENOTFOUND") as { code?: string }).code, "network_error");
    assert.ok(failed("ECONNRESET") instanceof TransientError);
  });
});
