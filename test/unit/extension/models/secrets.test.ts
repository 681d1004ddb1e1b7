import assert from "node:assert/strict";
import fc from "fast-check";

import { diagnosticsReport, type DiagnosticFacts } from "../../../../extension/models/diagnostics.ts";
import { redact, type Private } from "../../../../extension/models/redact.ts";
import { splitSecret } from "../../../../extension/models/secret-in-url.ts";
import { loaded, model, offer, offers, status } from "./facts.ts";

const HIDE: Private = { home: "/home/anna", user: "anna", host: "annas-laptop", folders: ["/home/anna/work/secret-project"] };

describe("a secret in the server's address (fault 73)", () => {
  const rows: Array<[string, { url: string; key: string } | null]> = [
    ["", null],
    ["not an address", null],
    ["http://gpu:8000", null],
    ["http://gpu:8000/v1?model=x", null],
    ["http://user:pass@gpu:8000", { url: "http://gpu:8000", key: "pass" }],
    ["http://user:pass@gpu:8000/", { url: "http://gpu:8000/", key: "pass" }],
    ["https://sk-abc@gpu/v1", { url: "https://gpu/v1", key: "sk-abc" }],
    ["https://u:a%2Fb@gpu/v1", { url: "https://gpu/v1", key: "a/b" }],
    ["http://gpu:8000?key=abc", { url: "http://gpu:8000", key: "abc" }],
    ["http://gpu/v1?api_key=abc&x=1", { url: "http://gpu/v1?x=1", key: "abc" }],
    ["http://gpu/v1?Token=Bearer%20abc", { url: "http://gpu/v1", key: "abc" }],
    ["http://gpu/v1?key=", null],
  ];
  for (const [text, wanted] of rows) it(JSON.stringify(text), () => assert.deepEqual(splitSecret(text), wanted));

  it("what it leaves has no secret any more", () => {
    fc.assert(fc.property(fc.webUrl({ withQueryParameters: true }), fc.stringMatching(/^[a-z0-9]{8,20}$/), (address, key) => {
      const url = new URL(address);
      url.password = key;
      url.searchParams.set("api_key", key);
      const split = splitSecret(url.href);
      assert.equal(split?.key, key);
      assert.equal(splitSecret(split.url), null);
    }));
  });
});

describe("redaction", () => {
  const rows: Array<[string, string]> = [
    ["reads /home/anna/work/secret-project/src/a.py", "reads <folder>/src/a.py"],
    ["reads /home/anna/.cache/x", "reads ~/.cache/x"],
    ["Connected to http://127.0.0.1:41000.", "Connected to http://127.0.0.1:41000."],
    ["GET https://me:pw@hub.example/x?token=abc failed", "GET https://<secret>@hub.example/x?<query> failed"],
    ["Authorization: Bearer abcdefghij123", "Authorization: Bearer <secret>"],
    ['{"token":"s3cr3t","a":1}', '{"token":"<secret>","a":1}'],
    ["password=hunter2, next", "password=<secret>, next"],
    ["the key sk-abcdefgh12345678 is wrong", "the key <secret> is wrong"],
    ["hf_ABCDEFGHIJKL was refused", "<secret> was refused"],
    ["failed: /opt/acme/models/big.gguf", "failed: <path>/big.gguf"],
    ["at file (/srv/customers/x/y.ts:1:2)", "at file (<path>/y.ts:1:2)"],
    ["C:\\Users\\Anna\\models\\big.gguf is damaged", "<path>\\big.gguf is damaged"],
    ["Anna on annas-laptop", "<user> on <host>"],
    ["bananas and susannah", "bananas and susannah"],
    ["12 / 30 tokens, tok/s, and/or", "12 / 30 tokens, tok/s, and/or"],
  ];
  for (const [text, wanted] of rows) it(text, () => assert.equal(redact(text, HIDE), wanted));

  it("a report has facts and no names", () => {
    const facts: DiagnosticFacts = {
      versions: [["Retort", "0.1.0"]],
      settings: [["retort.runtime.url", "http://secret.example:8000"], ["retort.runtime.modelsFolder", "/data/customers"], ["retort.runtime.threads", 2]],
      connection: "connected",
      remote: false,
      status: status({ loaded: [loaded("file:/home/anna/private.gguf"), loaded("smollm2-135m")], fallback: { from: "cuda", to: "cpu", reason: "no driver" } }),
      devices: { devices: [{ backend: "cpu", name: "A CPU", totalBytes: 8e9, freeBytes: 4e9 }], backend: "cpu", reason: "no GPU", engineVersion: "3", threads: 2 },
      memory: { models: [], process: { rss: 3e8, rssAnon: null, swap: null }, vram: null },
      offers: offers(model("smollm2-135m", [offer()]), model("my-thesis", [offer({ from: "file:/home/anna/thesis.gguf" })])),
      failures: ["devices: engine_died: The engine ended."],
      log: ["2026 [info] Connected to http://127.0.0.1:1.", "2026 [error] cell: x: /home/anna/work/secret-project/n.ipynb ``` "],
    };
    const text = diagnosticsReport(facts, HIDE);
    for (const hidden of ["anna", "secret.example", "customers", "thesis", "private.gguf", "secret-project"]) assert.ok(!text.includes(hidden), `${hidden} in\n${text}`);
    for (const told of ["Retort: 0.1.0", "retort.runtime.url: (set)", "retort.runtime.threads: `2`", "smollm2-135m int8 (Q8_0) on cpu", "cuda → cpu: no driver", "A CPU, 8.00 GB", "engine_died", "smollm2-135m: int8 installed (fits)"]) assert.ok(text.includes(told), `${told} in\n${text}`);
    assert.equal(text.match(/```/g)?.length, 2);
  });

  it("says what is not there", () => {
    const text = diagnosticsReport({ versions: [], settings: [], connection: "idle", remote: false, status: null, devices: null, memory: null, offers: null, failures: [], log: [] }, HIDE);
    assert.match(text, /connection: idle/);
    assert.match(text, /## Devices\n\nnone/);
  });
});
