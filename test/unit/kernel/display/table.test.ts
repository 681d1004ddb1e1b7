import assert from "node:assert/strict";
import { MAX_CELL_CHARS, MAX_ROWS, objectsTable, tableOutput } from "../../../../kernel/display/table.ts";

const left = (label: string) => ({ label, align: "left" as const });
const right = (label: string) => ({ label, align: "right" as const });
const html = (table: Parameters<typeof tableOutput>[0]) => String(tableOutput(table).data["text/html"]);
const plain = (table: Parameters<typeof tableOutput>[0]) => String(tableOutput(table).data["text/plain"]);

describe("tableOutput", () => {
  it("aligns plain text by the columns it takes", () => {
    const table = { caption: "Speed", columns: [left("model"), right("tok/s")], rows: [["smollm2", "52.1"], ["问题", "9"]], notes: ["5 runs"] };
    assert.equal(plain(table), ["Speed", "model    tok/s", "───────  ─────", "smollm2   52.1", "问题         9", "5 runs"].join("\n"));
  });

  it("has header cells that a screen reader can tell from data, and inline styles only", () => {
    const text = html({ columns: [right("n")], rows: [["5"]] });
    assert.match(text, /<th scope="col" style="[^"]*text-align:right">n<\/th>/);
    assert.match(text, /<td style="[^"]*text-align:right">5<\/td>/);
    assert.doesNotMatch(text, /<style|class=|color:/);
  });

  it("fault 51: escapes everything, everywhere", () => {
    const evil = `<script>x</script>"'&\u001b[31m`;
    const text = html({ caption: evil, columns: [left(evil)], rows: [[evil]], notes: [evil] });
    assert.doesNotMatch(text, /<script|"'&/);
    assert.equal(text.match(/&#60;script&#62;/g)?.length, 4);
  });

  it("fault 51: counts what is too much instead of showing it", () => {
    const rows = Array.from({ length: MAX_ROWS + 7 }, (_, i) => [`${i}`]);
    assert.match(plain({ columns: [left("i")], rows }), /7 more rows are not shown\.$/);
    assert.equal(html({ columns: [left("i")], rows }).match(/<tr>/g)?.length, MAX_ROWS + 1);
    assert.ok(plain({ columns: [left("i")], rows: [["x".repeat(1e6)]] }).length < 4 * MAX_CELL_CHARS);
  });

  it("keeps a row on one line of plain text", () => {
    assert.match(plain({ columns: [left("a")], rows: [["x\ny"]] }), /^x ⏎ y$/m);
  });

  it("shows a table without rows", () => assert.equal(plain({ columns: [left("a")], rows: [] }), "a\n─"));
});

describe("objectsTable", () => {
  it("takes the union of keys, aligns numbers, shows nested values as JSON and missing ones as nothing", () => {
    const table = objectsTable([{ n: 1, s: "x" }, { n: 2.3456, o: { a: [1] } }, { n: null, s: true }]);
    assert.deepEqual(table.columns, [right("n"), left("s"), left("o")]);
    assert.deepEqual(table.rows, [["1", "x", ""], ["2.35", "", '{"a":[1]}'], ["", "true", ""]]);
  });
});
