import assert from "node:assert/strict";
import { rowsOfLines, rowsOfNotebook, rowsOfResult, selectRows } from "../../../../../kernel/experiment/compare/read-rows.ts";

const MIME = "application/vnd.retort.runs+json";

describe("rows of a named result", () => {
  it("know what was set from the corners", () => {
    const value = { runs: [{ precision: "fp16", run: 0 }], corners: [{ precision: "fp16", counts: {}, stats: {} }], partial: true };
    assert.deepEqual(rowsOfResult(value), { rows: value.runs, settings: ["precision"], notes: ["partial: it was interrupted."] });
  });
  it("of a benchmark have the figures of each whole measurement beside the requests", () => {
    const runs = [{ precision: "fp16", request: 0, ttft_ms: 5 }];
    const value = { runs, corners: [{ precision: "fp16", out_tok_s: 50, goodput_min: null, counts: {}, stats: {}, errors: {} }] };
    assert.deepEqual(rowsOfResult(value), { rows: [...runs, { precision: "fp16", out_tok_s: 50, whole: true }], settings: ["precision"], notes: [] });
  });
  it("of another cell do not", () => assert.equal(rowsOfResult({ runs: [] })?.settings, null));
  for (const value of [undefined, null, 5, "text", [], { runs: 5 }, { runs: [1] }, { answer: "x" }]) {
    it(`${JSON.stringify(value)} has none`, () => assert.equal(rowsOfResult(value), null));
  }
});

describe("rows of a file", () => {
  it("are its lines; what is no row is counted", () => {
    const { rows, settings, notes } = rowsOfLines('{"run":0,"corner":{"t":1}}\r\n\n{"run":1,"corner":{"t":2}}\nnot json\n[1]\n{"run":2,"cor');
    assert.deepEqual(rows.map((row) => row.run), [0, 1]);
    assert.deepEqual(settings, ["t"]);
    assert.deepEqual(notes, ["3 lines could not be read and are left out."]);
  });
  it("that do not say what was set", () => assert.equal(rowsOfLines('{"run":0}').settings, null));
  it("of an empty file are none", () => assert.deepEqual(rowsOfLines(""), { rows: [], settings: null, notes: [] }));
});

describe("rows of a saved notebook", () => {
  const output = (name: string, rows: unknown[], more: Record<string, unknown> = {}, record: Record<string, unknown> = {}) =>
    ({ output_type: "display_data", data: { [MIME]: { format: 1, total: 2, left_out: 0, rows, ...more } }, metadata: { retort: { name, matrix: null, ...record } } });
  const notebook = (...outputs: unknown[]) => ({ cells: [{ cell_type: "markdown" }, { cell_type: "code", outputs }] });

  it("are those of the last output of that name", () => {
    const found = rowsOfNotebook(notebook(output("load", [{ run: 0 }]), output("other", [{ run: 1 }]), output("load", [{ run: 2 }], {}, { matrix: [{ key: "precision" }], partial: true })), "load", MIME);
    assert.deepEqual(found, { rows: [{ run: 2 }], settings: ["precision"], notes: ["partial: it was interrupted."], sidecar: null });
  });
  it("name the file beside it that holds the rest", () => {
    const found = rowsOfNotebook(notebook(output("load", [{ run: 0 }], { left_out: 1, sidecar: "retort-runs/x.jsonl" })), "load", MIME);
    assert.equal(found?.sidecar, "retort-runs/x.jsonl");
    assert.deepEqual(found?.notes, ["1 of its runs are not in the notebook."]);
  });
  it("of an older format have one key", () => assert.deepEqual(rowsOfNotebook(notebook(output("load", [], {}, { matrix: { key: "precision", values: [] } })), "load", MIME)?.settings, ["precision"]));
  for (const value of [null, 5, {}, { cells: 5 }, { cells: [null, { outputs: [null, {}] }] }, notebook(output("other", []))]) {
    it(`${JSON.stringify(value)?.slice(0, 50)} has none`, () => assert.equal(rowsOfNotebook(value, "load", MIME), null));
  }
});

describe("choosing rows", () => {
  it("keeps those that fulfil every condition", () => {
    const chosen = selectRows({ label: "x", settings: null, notes: [], rows: [{ a: 1, b: 1 }, { a: 1, b: 2 }] }, [{ key: "a", equal: true, value: 1 }, { key: "b", equal: false, value: 1 }]);
    assert.deepEqual(chosen.rows, [{ a: 1, b: 2 }]);
  });
});
