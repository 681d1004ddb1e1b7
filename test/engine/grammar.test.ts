import assert from "node:assert/strict";

import { Ajv } from "ajv";

import { GREEDY, RealEngine } from "../helpers/real-engine.ts";

describe("constrained output with real weights", function () {
  this.timeout(120_000);
  const real = new RealEngine();
  before(async () => {
    await real.load("int8");
  });
  after(() => real.dispose());

  const person = {
    type: "object",
    properties: { name: { type: "string", maxLength: 12 }, age: { type: "integer" }, role: { enum: ["cook", "pilot"] } },
    required: ["name", "age", "role"],
    additionalProperties: false,
  };

  it("an answer fits its JSON schema and ends at once, also when sampled", async () => {
    const prompt = await real.chat("int8", "Invent a person. Answer as JSON.");
    const valid = new Ajv().compile(person);
    for (const sampling of [GREEDY, { ...GREEDY, temperature: 1.3, seed: 11 }]) {
      const run = await real.run("int8", prompt, { maxTokens: 150, grammar: { kind: "json_schema", schema: person }, sampling });
      assert.equal(run.finish, "stop", run.text);
      assert.ok(valid(JSON.parse(run.text)), run.text);
      assert.match(run.text, /\}$/);
    }
  });

  it("works beside log-probabilities", async () => {
    const prompt = await real.chat("int8", "Invent a person. Answer as JSON.");
    const request = { maxTokens: 150, grammar: { kind: "json_schema", schema: person } } as const;
    const with3 = await real.run("int8", prompt, { ...request, topLogprobs: 3 });
    assert.equal(with3.text, (await real.run("int8", prompt, request)).text);
  });

  it("nested alternatives, references and recursion", async () => {
    const schema = {
      $defs: { list: { type: "object", properties: { value: { type: "boolean" }, next: { anyOf: [{ $ref: "#/$defs/list" }, { type: "null" }] } }, required: ["value", "next"] } },
      $ref: "#/$defs/list",
    };
    const prompt = await real.chat("int8", 'Repeat: {"value": true, "next": null}');
    const run = await real.run("int8", prompt, { maxTokens: 120, grammar: { kind: "json_schema", schema } });
    if (run.finish === "stop") assert.ok(new Ajv().compile(schema)(JSON.parse(run.text)), run.text);
    else assert.match(run.text, /^\{\s*"value":/);
  });

  it("json_object begins an object, gbnf is obeyed", async () => {
    const prompt = await real.chat("int8", "Is the sky blue?");
    const object = await real.run("int8", prompt, { maxTokens: 20, grammar: { kind: "json_object" } });
    assert.match(object.text, /^\{/);
    const answer = await real.run("int8", prompt, { grammar: { kind: "gbnf", text: 'root ::= "yes" | "no"' } });
    assert.ok(["yes", "no"].includes(answer.text));
    assert.equal(answer.finish, "stop");
  });

  it("a grammar that begins later leaves what comes before free", async () => {
    const prompt = await real.chat("int8", "What is the capital of France?");
    const free = await real.run("int8", prompt, { maxTokens: 30 });
    const marker = free.text.split(" ").slice(0, 3).join(" ");
    const run = await real.run("int8", prompt, { maxTokens: 30, grammar: { kind: "gbnf", text: 'root ::= "!!!"' }, grammarAfter: marker });
    assert.equal(run.text, `${marker}!!!`);
    const untouched = await real.run("int8", prompt, { maxTokens: 30, grammar: { kind: "gbnf", text: 'root ::= "!!!"' }, grammarAfter: "</never>" });
    assert.equal(untouched.text, free.text);
  });

  it("fault 10: schemas that ask for a huge grammar with few characters are refused or held, and the engine lives on", async () => {
    const prompt = await real.chat("int8", "Hi.");
    let nested: Record<string, unknown> = { type: "boolean" };
    for (let depth = 0; depth < 12; depth++) nested = { type: "array", items: nested, minItems: 1, maxItems: 1000 };
    const doubling = Object.fromEntries(Array.from({ length: 25 }, (_, i) => [`d${i}`, { type: "array", prefixItems: [{ $ref: `#/$defs/d${i + 1}` }, { $ref: `#/$defs/d${i + 1}` }], maxItems: 2 }]));
    const bombs: Array<[schema: Record<string, unknown>, isRefused: boolean]> = [
      [{ type: "string", maxLength: 1e9 }, true],
      [{ $defs: { a: { $ref: "#/$defs/a" } }, $ref: "#/$defs/a" }, true],
      [{ $defs: { a: { $ref: "#/$defs/b" }, b: { $ref: "#/$defs/a" } }, $ref: "#/$defs/a" }, true],
      [{ type: "string", minLength: 1, maxLength: 1000 }, false],
      [nested, false],
      [{ $defs: { ...doubling, d25: { type: "null" } }, $ref: "#/$defs/d0" }, false],
    ];
    for (const [schema, isRefused] of bombs) {
      const run = real.run("int8", prompt, { maxTokens: 3, grammar: { kind: "json_schema", schema } });
      if (isRefused) await assert.rejects(run, { code: "bad_schema", status: 400 });
      else assert.equal((await run).events.length, 3);
    }
    assert.ok((await real.run("int8", prompt, { maxTokens: 1 })).events.length === 1);
  });

  it("several calls stand each between their markers", async () => {
    const schema = { type: "object", properties: { name: { const: "clock" } }, required: ["name"], additionalProperties: false };
    const prompt = await real.chat("int8", "Hi.");
    const calls = { open: "<a>", close: "</a>", most: 2, isOpen: false };
    for (const sampling of [GREEDY, { ...GREEDY, temperature: 1.5, seed: 3 }, { ...GREEDY, temperature: 1.5, seed: 4 }]) {
      const run = await real.run("int8", prompt, { maxTokens: 80, grammar: { kind: "json_schema", schema, calls }, sampling });
      assert.equal(run.finish, "stop", run.text);
      assert.match(run.text, /^\s*(?:\{\s*"name":\s*"clock"\s*\}|(?:<a>\s*\{\s*"name":\s*"clock"\s*\}\s*<\/a>\s*){1,2})$/);
    }
  });

  for (const [name, text] of [
    ["a syntax error", "root ::= ((("],
    ["no root", 'start ::= "a"'],
    ["left recursion", 'root ::= root "a"'],
    ["too long", `root ::= "${"a".repeat(300_000)}"`],
  ] as const) {
    it(`fault 10: a grammar with ${name} is refused and the engine lives on`, async () => {
      const prompt = await real.chat("int8", "Hi.");
      await assert.rejects(real.run("int8", prompt, { grammar: { kind: "gbnf", text } }), { code: "bad_schema", status: 400 });
      assert.ok((await real.run("int8", prompt, { maxTokens: 1 })).events.length === 1);
    });
  }
});
