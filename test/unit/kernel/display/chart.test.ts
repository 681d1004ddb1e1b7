import assert from "node:assert/strict";
import { chartOutput, drawChart } from "../../../../kernel/display/chart.ts";

const spec = {
  data: { values: [{ streams: 1, speed: 40, kind: "fp16" }, { streams: 2, speed: 70, kind: "int8" }] },
  mark: "bar",
  width: 200,
  height: 100,
  encoding: { x: { field: "streams", type: "ordinal" }, y: { field: "speed", type: "quantitative" }, color: { field: "kind" } },
};

describe("chartOutput", function () {
  this.timeout(30_000);

  it("gives SVG, PNG and text, and nothing that a front end would prefer to them", async () => {
    const { data, metadata } = await chartOutput(spec);
    assert.deepEqual(Object.keys(data).sort(), ["image/png", "image/svg+xml", "text/plain"]);
    const png = Buffer.from(String(data["image/png"]), "base64");
    assert.equal(png.subarray(1, 4).toString(), "PNG");
    const { width, height } = metadata["image/png"] as { width: number; height: number };
    assert.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20)], [2 * width, 2 * height], "drawn for a sharp screen, shown at its own size");
  });

  it("has an opaque light ground, so that its dark ink shows on a dark theme", async () => {
    assert.match(String((await chartOutput(spec)).data["image/svg+xml"]), /<rect width="\d+" height="\d+" fill="#ffffff"\/>/);
  });

  it("draws text into the PNG without any font on the machine", async () => {
    const data = { values: [{ x: 1 }] };
    const bare = { data, mark: "point", width: 100, height: 20, encoding: { x: { field: "x", type: "quantitative", axis: { labels: false, title: null } } } };
    const titled = { ...bare, encoding: { x: { field: "x", type: "quantitative", axis: { labels: false, title: "mmmmmmmmmmmm" } } } };
    const size = async (chart: Record<string, unknown>) => String((await chartOutput(chart)).data["image/png"]).length;
    assert.ok((await size(titled)) > 1.2 * (await size(bare)));
  });

  it("fault 76: has words for screen readers: the given ones, or axes and data", async () => {
    const own = await chartOutput(spec, "Speed & <streams> costs $& \"x\"");
    assert.equal(own.data["text/plain"], "Speed & <streams> costs $& \"x\"");
    assert.match(String(own.data["image/svg+xml"]), /<svg role="img"[^>]*><title>Speed &#38; &#60;streams&#62; costs \$&#38; &#34;x&#34;<\/title>/);
    assert.equal((own.metadata["image/png"] as { alt: string }).alt, own.data["text/plain"]);
    assert.equal((await chartOutput(spec)).data["text/plain"], `Chart of type bar; x: streams, 1 to 2; y: speed, 40 to 70; color: kind (fp16, int8); 2 rows: ${spec.data.values.map((row) => JSON.stringify(row)).join(" ")}`);
  });

  it("escapes data in the SVG", async () => {
    const data = { values: [{ a: "<script>x</script>", b: 1 }] };
    const { "image/svg+xml": svg } = (await chartOutput({ ...spec, data, encoding: { y: { field: "a" }, x: { field: "b", type: "quantitative" } } })).data;
    assert.doesNotMatch(String(svg), /<script/);
  });

  it("adds the form that front ends draw themselves only where it is asked for, with its own ground", async () => {
    const { output } = await drawChart(spec, { interactive: true });
    const live = output.data["application/vnd.vegalite.v5+json"] as { $schema: string; config: { background: string } };
    assert.match(live.$schema, /vega-lite\/v5/);
    assert.equal(live.config.background, "#ffffff");
  });

  it("tells what the library found odd", async () => {
    const { warnings } = await drawChart({ ...spec, encoding: { ...spec.encoding, y: { field: "speed", type: "quantitative", aggregate: "mean" } } });
    assert.match(warnings.join(), /[Ss]tack/);
  });

  const refused: Array<[title: string, spec: Record<string, unknown>, code: string]> = [
    ["a specification that is none", { mark: 7 }, "bad_chart"],
    ["nothing", {}, "bad_chart"],
    ["data from a server", { ...spec, data: { url: "http://127.0.0.1:1/x.json" } }, "chart_data_url"],
    ["data from a file", { ...spec, data: { url: "file:///etc/passwd", format: { type: "csv" } } }, "chart_data_url"],
    ["a picture from elsewhere", { ...spec, mark: "image", encoding: { url: { value: "http://127.0.0.1:1/x.png" } } }, "chart_data_url"],
    ["a link", { ...spec, encoding: { ...spec.encoding, href: { value: "http://127.0.0.1:1/" } } }, "chart_data_url"],
    ["a huge chart", { ...spec, width: 1e6, height: 1e6 }, "chart_too_large"],
  ];
  for (const [title, chart, code] of refused) {
    it(`refuses ${title}`, () => assert.rejects(chartOutput(chart), (error: Error & { code?: string; hint?: string }) => {
      assert.equal(error.code, code);
      assert.ok(error.hint);
      return true;
    }));
  }
});
