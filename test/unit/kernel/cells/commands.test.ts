import assert from "node:assert/strict";
import type { Command } from "../../../../kernel/cells/cell.ts";
import { assignmentsOf, commandText, wantsHelp } from "../../../../kernel/cells/command-line.ts";
import { COMMANDS, commandHelp, findCommand } from "../../../../kernel/cells/commands.ts";
import { paramOf } from "../../../../kernel/cells/param.ts";
import { parseCell } from "../../../../kernel/cells/parse.ts";
import { errorsOf } from "./cells-helper.ts";

function command(line: string): Command {
  const { cell } = parseCell(`${line}\n%status`);
  assert.ok(cell.kind === "command" && cell.commands[0] !== undefined);
  return cell.commands[0];
}

describe("the % commands", () => {
  it("are twelve at most", () => assert.ok(COMMANDS.length <= 12));

  for (const spec of COMMANDS) {
    it(`%${spec.name} explains itself`, () => {
      for (const flag of ["-h", "--help"]) {
        assert.ok(wantsHelp(command(`%${spec.name} ${flag}`)));
        assert.deepEqual(errorsOf(`%${spec.name} ${flag}\n%status`), []);
      }
      assert.ok(commandHelp(spec).startsWith(`%${spec.name}`));
    });
  }

  for (const line of ["%help", "%help temperature", "%help load", "%load smollm2-135m int8", "%unload", "%precision", "%precision int8", "%defaults", "%defaults --clear", "%trace", "%export text", "%echo --anything goes", '%defaults temperature=0.2 stop="[a, b]" model=smollm2-135m']) {
    it(`${line} is right`, () => assert.deepEqual(errorsOf(line), []));
  }

  it("%echo keeps its text as typed", () => {
    const echo = findCommand("echo");
    assert.ok(echo);
    assert.deepEqual(commandText(command("%echo --stderr  it's   \"so\" --stderr"), echo), { flags: ["--stderr"], words: ["its   \"so\" --stderr"], text: " it's   \"so\" --stderr" });
  });

  it("%defaults reads YAML values", () => {
    const { settings, diagnostics } = assignmentsOf(command('%defaults temperature=0.2 stop="[a, b]" precision=int8'));
    assert.deepEqual(diagnostics, []);
    assert.deepEqual(settings.map(({ key, value }) => [key, value]), [["temperature", 0.2], ["stop", ["a", "b"]], ["precision", "int8"]]);
  });

  for (const [source, fixed] of [
    ["%defaults temprature=0.2 runs=3", "%defaults temperature=0.2 runs=3"],
    ["%status\n%defaults runs=3 precision=in8", "%status\n%defaults runs=3 precision=int8"],
    ["%defaults  temperature=9", "%defaults  temperature=2"],
    ["%defaults 'modle=smollm2-135m'", "%defaults 'model=smollm2-135m'"],
    ["%defaults precision='in8' --clear", "%defaults precision=int8 --clear"],
    ["%defaults model=smolm2-135m", "%defaults model=smollm2-135m"],
  ] as const) {
    it(`repairs ${JSON.stringify(source)}`, () => {
      const [error] = errorsOf(source);
      assert.ok(error?.fix !== undefined);
      const { start, end } = error.fix.range;
      assert.equal(source.slice(0, start) + error.fix.replacement + source.slice(end), fixed);
    });
  }

  it("%defaults marks the word that is wrong, and offers no repair that a line of settings cannot take", () => {
    const [list] = errorsOf("%defaults temperature=[0,1]");
    assert.deepEqual([list?.code, list?.fix, list?.range], ["list_value", undefined, { start: 22, end: 27 }]);
    assert.deepEqual(errorsOf("%defaults runs=2 oops")[0]?.range, { start: 17, end: 21 });
    assert.equal(errorsOf('%defaults ru"ns=2"')[0]?.code, "command_use");
  });

  it("%param takes one literal", () => {
    assert.deepEqual(paramOf(command('%param a = {"b": [1, null]}')).values.map(({ key, value }) => [key, value]), [["a", { b: [1, null] }]]);
    assert.equal(paramOf(command("%param for = 1")).diagnostics[0]?.code, "bad_name");
    assert.equal(paramOf(command("%param a")).diagnostics[0]?.code, "bad_literal");
  });
});
