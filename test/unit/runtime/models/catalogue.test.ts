import assert from "node:assert/strict";
import { loadCatalogue, parseCatalogue } from "../../../../runtime/models/catalogue.ts";
import { precisionOf } from "../../../../runtime/models/quant-name.ts";
import { parseHfUri, parsePypiUri } from "../../../../runtime/models/sources/uri.ts";

describe("catalogue", () => {
  it("holds the four models, with sources that can be read", () => {
    const entries = loadCatalogue();
    assert.deepEqual(entries.map(({ id }) => id), ["deepseek-r1-1.5b", "qwen2.5-coder-1.5b", "qwen2.5-coder-0.5b", "smollm2-135m"]);
    for (const { uri, precision, quant } of entries.flatMap(({ sources }) => sources)) {
      assert.ok(uri.startsWith("hf:") ? parseHfUri(uri) : parsePypiUri(uri));
      assert.equal(precisionOf(quant), precision);
    }
  });

  it("only the coder models fill in the middle, only R1 reasons", () => {
    const having = (capability: string): string[] => loadCatalogue().filter(({ capabilities }) => (capabilities as string[]).includes(capability)).map(({ id }) => id);
    assert.deepEqual(having("fim"), ["qwen2.5-coder-1.5b", "qwen2.5-coder-0.5b"]);
    assert.deepEqual(having("reasoning"), ["deepseek-r1-1.5b"]);
  });

  const good = loadCatalogue()[3];
  const adapted = { id: "with-adapter", aliases: [], sources: [], shape: undefined, base: "smollm2-135m", adapter: { file: "fim.gguf", scale: 1 } };
  it("an entry may be another model with an adapter: it has that one's files and sizes", () => {
    const [, entry] = parseCatalogue(JSON.stringify([good, { ...good, ...adapted }]));
    assert.deepEqual([entry?.base, entry?.adapter?.file, entry?.sources, entry?.shape], ["smollm2-135m", "fim.gguf", good?.sources, good?.shape]);
  });

  const bad: Array<[string, string]> = [
    ["no JSON", "{"],
    ["no list", "{}"],
    ["an unknown field", JSON.stringify([{ ...good, extra: 1 }])],
    ["an id that is a path", JSON.stringify([{ ...good, id: "../x" }])],
    ["an unknown capability", JSON.stringify([{ ...good, capabilities: ["fly"] }])],
    ["a hash that is none", JSON.stringify([{ ...good, sources: [{ uri: "hf:a/b/c.gguf", precision: "q4", quant: "Q4_1", sha256: "abc" }] }])],
    ["an unknown source", JSON.stringify([{ ...good, sources: [{ uri: "ftp://a/c.gguf", precision: "q4", quant: "Q4_1" }] }])],
    ["a base that is not there", JSON.stringify([good, { ...good, ...adapted, base: "nobody" }])],
    ["a base that is an adapter itself", JSON.stringify([good, { ...good, ...adapted }, { ...good, ...adapted, id: "third", base: "with-adapter" }])],
    ["an adapter without a base", JSON.stringify([{ ...good, ...adapted, base: undefined, sources: good?.sources }])],
    ["an adapter outside its folder", JSON.stringify([good, { ...good, ...adapted, adapter: { file: "../x.gguf", scale: 1 } }])],
    ["a model without sources", JSON.stringify([{ ...good, sources: [] }])],
    ["one name for two models", JSON.stringify([good, { ...good, id: "smollm2" }])],
  ];
  for (const [title, json] of bad) {
    it(`refuses ${title}`, () => assert.throws(() => parseCatalogue(json), { code: "bad_catalogue" }));
  }
});
