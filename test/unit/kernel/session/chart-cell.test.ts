import assert from "node:assert/strict";
import { FakeModel } from "../../../helpers/fake-model.ts";
import { errorOf, Notebook } from "../../../helpers/notebook.ts";

const SWEEP = "---\nname: temps\nmatrix: { temperature: [0, 0.5, 1] }\nruns: 2\nwarmup: 0\nseed: 1\n---\nHi";
const ROWS = "data: [{ a: 1, b: 2 }, { a: 2, b: 5 }]";

describe("%%chart cells", function () {
  this.timeout(60_000);

  it("draw a named result, as picture and in words", async () => {
    const notebook = new Notebook(new FakeModel({ answer: ["a", "b"] }));
    await notebook.run(SWEEP);
    const cell = await notebook.run("%%chart\ndata: temps\nx: temperature\ny: [tok_s, ttft_ms]\nbars: sd");
    assert.deepEqual(cell.outcome, { status: "ok" });
    const [event] = cell.settled;
    assert.deepEqual(event?.type === "display" ? Object.keys(event.data).sort() : [], ["image/png", "image/svg+xml", "text/plain"]);
    assert.match(String(cell.settledData("text/plain")[0]), /^Line chart of decode \(tok\/s\) over temperature\. x: 0 to 1;[^]*\nLine chart of time to first token/);
    assert.ok(String(cell.settledData("image/svg+xml")[0]).length < 60_000 && Buffer.from(String(cell.settledData("image/png")[0]), "base64").length < 100_000);
  });

  it("draw the last result without a name, only some rows, and tables of results", async () => {
    const notebook = new Notebook(new FakeModel({ answer: ["a", "b"] }));
    await notebook.run(SWEEP);
    assert.match(String((await notebook.run("%%chart\nx: run\ny: ttft_ms\nwhere: { temperature: [0, 1] }\nseries: temperature")).settledData("text/plain")[0]), /temperature: 0, 1\./);
    assert.deepEqual((await notebook.run("%%chart\ndata: temps.table\nwhere: { metric: ttft_ms }\nx: temperature\ny: mean")).outcome, { status: "ok" });
  });

  it("draw rows of their own, and a whole specification with what the library says of it", async () => {
    const notebook = new Notebook(new FakeModel());
    assert.deepEqual((await notebook.run(`%%chart\n${ROWS}\nx: a\ny: b`)).outcome, { status: "ok" });
    const spec = await notebook.run(`%%chart\n${ROWS}\nmark: bar\nencoding:\n  x: { field: a }\n  y: { field: b, type: quantitative, aggregate: mean }\n  color: { field: b, type: nominal }`);
    assert.match(spec.settledData("text/plain").join("\n"), /^Chart of type bar; x: a, 1 to 2; y: b, 2 to 5[^]*Note: /);
  });

  it("add the interactive form when asked", async () => {
    const cell = await new Notebook(new FakeModel()).run(`%%chart\n${ROWS}\nx: a\ny: b\ninteractive: on`);
    assert.equal(cell.settledData("application/vnd.vegalite.v5+json").length, 1);
  });

  const failing: Array<[title: string, source: string, ename: string]> = [
    ["nothing has run", "%%chart\nx: a\ny: b", "UnknownVariable|NoResult"],
    ["a result is not known", "%%chart\ndata: temps\nx: a\ny: b", "UnknownVariable"],
    ["there are no rows", "%%chart\ndata: []\nx: a\ny: b", "ChartNoData"],
    ["a field has no values", "%%chart\ndata: [{ a: 1, b: x }]\nx: a\ny: b", "ChartNoData"],
    ["a percentile has too few", `%%chart\n${ROWS}\nx: a\ny: b.p95`, "ChartNoData"],
    ["an expression is broken", `%%chart\n${ROWS}\nmark: bar\ntransform: [{ calculate: "datum.", as: z }]`, "BadChart"],
    ["an expression calls what it may not", `%%chart\n${ROWS}\nmark: bar\ntransform: [{ calculate: "fetch('http://127.0.0.1:1')", as: z }]`, "BadChart"],
    ["an expression reaches for code", `%%chart\n${ROWS}\nmark: bar\ntransform: [{ calculate: "datum.constructor.constructor('return process')()", as: z }]`, "BadChart"],
  ];
  for (const [title, source, ename] of failing) {
    it(`end with a coded error when ${title}`, async () => {
      const { ename: name, evalue } = errorOf((await new Notebook(new FakeModel()).run(source)).outcome);
      assert.match(name, new RegExp(ename), evalue);
    });
  }
});
