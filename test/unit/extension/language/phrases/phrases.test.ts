import assert from "node:assert/strict";
import fc from "fast-check";
import { cellPhrases } from "../../../../../extension/language/phrases/cell-phrases.ts";
import { ENGLISH, Phrases } from "../../../../../extension/language/phrases/phrases.ts";
import { COMMANDS, commandHelp } from "../../../../../kernel/cells/commands.ts";
import { hoverCell, keyHelp } from "../../../../../kernel/cells/hover.ts";
import { findKey } from "../../../../../kernel/cells/keys.ts";
import { diagnose, scope } from "../../../kernel/cells/cells-helper.ts";

describe("what kernel/cells says, in Chinese", () => {
  let chinese: Phrases;
  before(async () => { chinese = await cellPhrases("zh-CN"); });

  for (const [source, expected] of [
    ["---\ntemprature: 1\n---\nHi", "没有键 `temprature`。您是不是要用 `temperature`？"],
    ["---\ntemperature: 9\n---\nHi", "`temperature` 应为0 到 2 的数字，而不是9。"],
    ["---\ntemperature: warm\n---\nHi", "`temperature` 应为0 到 2 的数字，而不是文本 `warm`。"],
    ["---\nprecision: in8\n---\nHi", "`precision` 应为 `fp16`、`int8` 或 `q4`，而不是 `in8`。您是不是要用 `int8`？"],
    ["---\nname: 1a b\n---\nHi", "`1a b` 不是有效名称：请使用字母、数字和 `_`，并以字母开头。"],
    ["{{ nothing }}", "`nothing` 未知。请在上方的 %%vars 单元格中定义它，或为前面的提示单元格命名。"],
    ["%lod smollm2-135m", "没有命令 `%lod`。您是不是要用 `%load`？如果它是提示，请在上一行写 `user:`。"],
    ["---\ntemperature: 1", "头部设置缺少结尾的 `---` 行。如果这不是头部设置，请在上一行写 `user:`。"],
  ] as const) {
    it(JSON.stringify(source), () => assert.equal(chinese.text(diagnose(source)[0]?.message ?? ""), expected));
  }

  for (const [source, expected] of [
    ["%%chart\nx: a\ny: b\nwidth: 5", "`width` 应为20 到 2000 的像素数，或表示每个值所占宽度的 `{ step: 20 }`。"],
    ["%%chart\ntitle: a", "图表需要 `x:` 和 `y:`，各写一个字段名称；或用 `mark:` 和 `encoding:` 写完整的 Vega-Lite 规范。"],
    ["%%chart\ndata: [{ a: 1 }]\nmark: lne\nencoding: { x: { field: a } }", "没有 mark `lne`。您是不是要用 `line`？"],
    ["%%chart\ndata: [{ a: 1 }]\nmark: bar\nencoding: { xx: { field: a } }", "没有通道 `xx`。您是不是要用 `x2`？"],
    ["%%compare\na: load\nb: load where", "`where` 需要条件，例如 `where precision = fp16`。"],
    ["%%bench\nconcurrency: 2\nrate: 3", "`concurrency` 用于封闭负载，`rate` 用于开放负载（不限制同时进行的请求数）。请只保留一个。"],
    ["---\nassert:\n  - boxd: 16\n---\nHi", "没有断言 `boxd`。您是不是要用 `boxed`？"],
    ["---\nassert:\n  - contains: x\nrequire: 3\n---\nHi", "`require` 应为大于 0 且不超过 1 的比例，而不是 3。要指定运行次数，请将其除以 `runs`。"],
    ["---\nassert:\n  - judge: { rubric: 'Good? 1-5', at_least: 9 }\n---\nHi", "`judge` 的 `at_least` 应为 1 到 5 的分数，而不是 9。"],
  ] as const) {
    it(JSON.stringify(source), () => assert.equal(chinese.text(diagnose(source)[0]?.message ?? ""), expected));
  }

  it("an explanation of a key, paragraph by paragraph; the user's own text stays", () => {
    const hover = hoverCell("---\ntemperature: 0.4\n---\nHi", 6, scope);
    assert.equal(chinese.markdown(hover?.markdown ?? ""), "**temperature**：0 到 2 的数字。默认值：取自模型配置。\n\n下一个词元采样的自由程度。0 表示总取最可能的词元。\n\n可以放在 `matrix:` 下。\n\n示例：`temperature: 0.6`\n\n此处：`0.4`");
    const value = hoverCell("{{ tone }}", 4, { ...scope, values: { tone: "none\n\nThe prompt is empty." } });
    assert.match(chinese.markdown(value?.markdown ?? ""), /none The prompt is empty\./);
  });

  it("%help: its list of keys, of commands, and one of each", () => {
    assert.equal(chinese.lines("  temperature       How freely the next token is drawn. 0 always takes the most likely one."), "  temperature       下一个词元采样的自由程度。0 表示总取最可能的词元。");
    const load = COMMANDS.find(({ name }) => name === "load");
    const stop = findKey("stop");
    assert.ok(load !== undefined && stop !== undefined);
    assert.equal(chinese.markdown(commandHelp(load)), `${load.usage}\n    立即加载模型，使下一个提示无需等待。`);
    assert.match(chinese.markdown(keyHelp(stop)), /^\*\*stop\*\*：文本或文本列表。默认值：无。/);
  });

  it("what nobody has translated stays English, also as a part", () => {
    assert.equal(chinese.text("A sentence of tomorrow."), "A sentence of tomorrow.");
    assert.equal(new Phrases({ "`{0}` is {1}, not {2}.": "`{0}` 应为 {1}，而不是 {2}。" }).text("`x` is a thing, not 7."), "`x` 应为 a thing，而不是 7。");
    assert.equal(ENGLISH.text("a number"), "a number");
  });

  it("what stands between back quotes is never taken for a phrase, nor for the end of one", () => {
    assert.equal(chinese.text("There is no key `none`."), "没有键 `none`。");
    assert.equal(chinese.text("There is no key `a number`. Did you mean `runs`?"), "没有键 `a number`。您是不是要用 `runs`？");
  });

  it("translates a text of any size and kind in no time", () => {
    fc.assert(fc.property(fc.array(fc.constantFrom("`", "` is ", ", not ", ". ", " from ", "There is no key `", " Did you mean `", "x", " "), { maxLength: 2_000 }), (parts) => {
      const text = parts.join("");
      const started = performance.now();
      assert.equal(typeof chinese.text(text), "string");
      assert.ok(performance.now() - started < 1_000);
    }), { numRuns: 40 });
  });
});
