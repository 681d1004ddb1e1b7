import assert from "node:assert/strict";

import { isSecretLine, isSecretPath, withoutSecrets } from "../../../../../extension/completion/context/secrets.ts";

// Put together here, so that no scanner takes this file for a leak.
const letters = (length: number): string => "aB3dE5gH7jK9mN1pQ2rS4tU6vW8xY0z".repeat(8).slice(0, length);

describe("secrets", () => {
  for (const path of [".env", "app/.env.local", "deploy/server.pem", "/home/u/.ssh/config", "id_rsa", "id_ed25519.pub", ".npmrc", "credentials.json", "secrets.yaml", "C:\\p\\.aws\\x", "infra/prod.tfvars", "service-account-prod.json"]) {
    it(`never reads ${path}`, () => assert.ok(isSecretPath(path)));
  }

  for (const path of ["src/environment.ts", "env.py", "keys.ts", "secret-santa.py", "docs/credentials.md", "monkey.key.ts", "pem.go", "README.md"]) {
    it(`reads ${path}`, () => assert.ok(!isSecretPath(path)));
  }

  const secret = [
    `key = "${"AKIA"}${"ABCDEFGHIJKLMNOP"}"`,
    `GITHUB = "${"ghp_"}${letters(36)}"`,
    `openai.api_key = "${"sk-"}${letters(40)}"`,
    `const hf = "${"hf_"}${letters(34)}";`,
    `Authorization: Bearer ${letters(30)}`,
    `password = "correct horse"`.replace(" horse", "-horse"),
    `"api_key": "${letters(12)}",`,
    `DATABASE_URL = "postgres://user:${letters(8)}@host/db"`,
    `x = "${letters(44)}"`,
    `jwt = "${"eyJ"}${letters(20)}.${"eyJ"}${letters(20)}.${letters(20)}"`,
  ];
  for (const line of secret) it(`leaves out: ${line.slice(0, 24)}…`, () => assert.ok(isSecretLine(line)));

  const plain = [
    "const token = tokens[0];", "password: string;", "def check_password(password): return hash(password)", 'url = "https://example.org/a/b"',
    'const name = "a-quite-long-name-of-a-package-in-words";', "token = next(tokens)", 'api_key = os.environ["API_KEY"]', 'const alphabet = "abcdefghijklmnopqrstuvwxyz";',
    "// Bearer tokens are compared in constant time.", 'path = "extension/completion/context/secrets"',
  ];
  for (const line of plain) it(`keeps: ${line}`, () => assert.ok(!isSecretLine(line)));

  it("takes a whole key block out and nothing else", () => {
    const block = ["-----BEGIN RSA PRIVATE KEY-----", "short", "lines", "-----END RSA PRIVATE KEY-----"].join("\n");
    assert.equal(withoutSecrets(`before\n${block}\nafter`), "before\nafter");
    assert.equal(withoutSecrets(`before\n${block.split("\n").slice(0, 2).join("\n")}`), "before", "an unfinished block does not end");
  });
});
