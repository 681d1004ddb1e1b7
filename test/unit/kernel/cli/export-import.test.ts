import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { exportCommand } from "../../../../kernel/cli/export.ts";
import { importCommand } from "../../../../kernel/cli/import.ts";
import { readNotebook } from "../../../../kernel/cli/notebook-file.ts";
import { packageRoot } from "../../../../runtime/entry.ts";
import { CapturedIo } from "../../../helpers/captured-io.ts";

describe("retort export and import", () => {
  let folder: string;
  const quickstart = join(packageRoot(), "notebooks", "quickstart.ipynb");
  beforeEach(() => { folder = mkdtempSync(join(tmpdir(), "retort-export-")); });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  async function run(command: typeof exportCommand, ...args: string[]): Promise<{ code: number; out: string; err: string }> {
    const io = new CapturedIo();
    const code = await command(args, { stdout: io.stdout, stderr: io.stderr, env: {}, signal: new AbortController().signal });
    return { code, out: io.out, err: io.err };
  }

  it("take a notebook to text and back with the same cells", async () => {
    const [text, back] = [join(folder, "q.retort.md"), join(folder, "q.ipynb")];
    assert.deepEqual(await run(exportCommand, quickstart, "--output", text), { code: 0, out: "", err: "" });
    assert.equal((await run(importCommand, text, "-o", back)).code, 0);
    const cells = async (path: string): Promise<unknown> => (await readNotebook(path)).cells.map(({ cell_type, source }) => [cell_type, [source].flat().join("")]);
    assert.deepEqual(await cells(back), await cells(quickstart));
    assert.deepEqual((await readNotebook(back)).metadata, (await readNotebook(quickstart)).metadata);
  });

  it("never write over a file without --force", async () => {
    const [text, back] = [join(folder, "q.retort.md"), join(folder, "q.ipynb")];
    await run(exportCommand, quickstart, "--output", text);
    await writeFile(back, "mine");
    await assert.rejects(run(exportCommand, quickstart, "--output", text), { code: "file_exists" });
    await assert.rejects(run(importCommand, text, "-o", back), { code: "file_exists" });
    assert.equal(await readFile(back, "utf8"), "mine");
    assert.equal((await run(importCommand, text, "-o", back, "--force")).code, 0);
  });

  it("write a cell as a prompt file, and say what it does not hold", async () => {
    const { out, err } = await run(exportCommand, quickstart, "--format", "prompty", "--cell", "repeated");
    assert.match(out, /^---\nname: repeated\n[\s\S]*temperature: 0\.6[\s\S]*user:\nGive one reason/);
    assert.match(err, /Not carried over:\n {2}\* `runs: 5`/);
    const file = join(folder, "a.prompty");
    await writeFile(file, out);
    const printed = await run(importCommand, file, "--cell");
    assert.match(printed.out, /^---\nname: repeated\n[\s\S]*---\nGive one reason to write unit tests, in one sentence\.\n$/);
  });

  it("list what the text form leaves out", async () => {
    const path = join(folder, "n.ipynb");
    await writeFile(path, JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells: [
      { cell_type: "code", id: "a", metadata: { tags: ["parameters"], collapsed: true }, source: ["x: 1"], execution_count: 1, outputs: [{ output_type: "stream", name: "stdout", text: "hi" }] },
      { cell_type: "markdown", id: "b", metadata: {}, source: "![](attachment:a.png)", attachments: { "a.png": { "image/png": "" } } },
    ] }));
    const { out, err } = await run(exportCommand, path);
    assert.match(out, /```retort tags=parameters\nx: 1\n```/);
    assert.match(err, /outputs of 1 cells[\s\S]*metadata of cell 1: collapsed[\s\S]*attachments of cell 2/);
  });

  for (const [args, code] of [[["nothing.ipynb"], "notebook_unreadable"], [[quickstart, "--format", "prompt", "--cell", "nobody"], "no_prompt_cell"]] as const) {
    it(`export refuses ${args.slice(1).join(" ") || args[0]}`, () => assert.rejects(run(exportCommand, ...args), { code }));
  }

  it("refuse wrong words with one line", async () => {
    for (const [command, args] of [[exportCommand, [quickstart, "--format", "docx"]], [importCommand, ["a.docx", "--cell"]], [importCommand, ["a.prompty"]]] as const) {
      if (args[0] === "a.docx") await writeFile(join(folder, "a.docx"), "");
      const given = args[0] === "a.docx" ? [join(folder, "a.docx"), "--cell"] : [...args];
      const { code, err } = await run(command, ...given);
      assert.deepEqual([code, err.trim().split("\n").length], [2, 1], err);
    }
  });

  it("refuse a prompt file whose YAML is broken, and one with a bomb of aliases", async () => {
    const file = join(folder, "a.prompt.yml");
    for (const text of ["a: [", "- list", `a: &a [x, x]\n${Array.from({ length: 40 }, (_, i) => `k${i}: &b${i} [*${i === 0 ? "a" : `b${i - 1}`}, *${i === 0 ? "a" : `b${i - 1}`}]`).join("\n")}`]) {
      await writeFile(file, text);
      await assert.rejects(run(importCommand, file, "--cell"), { code: "bad_prompt_file" });
    }
  });
});
