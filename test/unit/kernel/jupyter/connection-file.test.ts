import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RetortError } from "../../../../runtime/errors.ts";
import { addressOf, parseConnection, readConnectionFile } from "../../../../kernel/jupyter/connection-file.ts";

const GOOD = { transport: "tcp", ip: "127.0.0.1", shell_port: 1, iopub_port: 2, stdin_port: 3, control_port: 4, hb_port: 5, key: "top secret", signature_scheme: "hmac-sha256" };

describe("connection file", () => {
  it("gives addresses for tcp, ipc, every interface and IPv6", () => {
    const at = (fields: object) => addressOf(parseConnection(JSON.stringify({ ...GOOD, ...fields }), "f"), "stdin_port");
    assert.equal(at({}), "tcp://127.0.0.1:3");
    assert.equal(at({ ip: "0.0.0.0" }), "tcp://0.0.0.0:3");
    assert.equal(at({ ip: "::1" }), "tcp://[::1]:3");
    assert.equal(at({ transport: "ipc", ip: "/tmp/k" }), "ipc:///tmp/k-3");
  });

  it("fault 61: a bad file is refused with its path and reason, and without its key", () => {
    const cases: Array<[string, RegExp]> = [
      ["", /not JSON/],
      ['{"key": "top secret", ', /not JSON/],
      ["[]", /not a JSON object/],
      [JSON.stringify({ ...GOOD, transport: "pigeon" }), /pigeon/],
      [JSON.stringify({ ...GOOD, ip: 5 }), /ip/],
      [JSON.stringify({ ...GOOD, key: 5 }), /key/],
      [JSON.stringify({ ...GOOD, shell_port: "1" }), /shell_port/],
      [JSON.stringify({ ...GOOD, hb_port: 70_000 }), /hb_port/],
      [JSON.stringify({ ...GOOD, hb_port: undefined }), /hb_port/],
      [JSON.stringify({ ...GOOD, hb_port: 1 }), /same port/],
      [JSON.stringify({ ...GOOD, signature_scheme: 1 }), /signature_scheme/],
      [JSON.stringify({ ...GOOD, curve_secretkey: "short", curve_publickey: "short" }), /40/],
      [JSON.stringify({ ...GOOD, curve_secretkey: "x".repeat(40) }), /CURVE/],
    ];
    for (const [text, reason] of cases) {
      assert.throws(() => parseConnection(text, "/some/file.json"), (error: unknown) => {
        assert.ok(error instanceof RetortError && error.code === "connection_file_invalid" && error.hint);
        assert.match(error.message, reason);
        assert.match(error.message, /\/some\/file\.json/);
        assert.doesNotMatch(`${error.message} ${String(error.cause ?? "")}`, /secret/);
        return true;
      });
    }
  });

  it("fault 61: a missing file, and a folder, are unreadable", () => {
    for (const path of [join(tmpdir(), "no-such-file.json"), tmpdir()]) assert.throws(() => readConnectionFile(path, () => undefined), { code: "connection_file_unreadable" });
  });

  it("fault 61: warns of a file that others may read and of an empty key", function () {
    if (process.platform === "win32") return;
    const folder = mkdtempSync(join(tmpdir(), "retort-connection-"));
    const path = join(folder, "k.json");
    const warnings: string[] = [];
    const read = (fields: object, mode: number) => {
      warnings.length = 0;
      writeFileSync(path, JSON.stringify(fields));
      chmodSync(path, mode);
      readConnectionFile(path, (line) => warnings.push(line));
    };
    read(GOOD, 0o600);
    assert.deepEqual(warnings, []);
    read({ ...GOOD, key: "" }, 0o644);
    assert.equal(warnings.length, 2);
    assert.match(warnings[0] ?? "", /0600/);
    assert.match(warnings[1] ?? "", /empty key/);
    rmSync(folder, { recursive: true });
  });
});
