import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { isAbsolute, join } from "node:path";
import { Writable } from "node:stream";
import { createSpec, findSpecs, removeSpec, writeSpec, type KernelSpecFile } from "../../../../kernel/cli/kernelspec.ts";
import { installCommand } from "../../../../kernel/cli/install.ts";
import { entryPath, packageRoot } from "../../../../runtime/entry.ts";

const LOGOS = join(packageRoot(), "kernel", "logos");

class Text extends Writable {
  text = "";
  override _write(chunk: Buffer, _: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

describe("kernelspec", () => {
  let root: string;
  let folder: string;
  const spec = createSpec({ node: "/bin/node", kernel: "/app/kernel.js", displayName: "Retort", env: { A: "1" }, version: "9.9.9" });

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "retort-install-"));
    folder = join(root, "kernels", "retort");
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  it("says what Jupyter needs to know", () => {
    assert.deepEqual(spec, {
      argv: ["/bin/node", "/app/kernel.js", "{connection_file}"],
      display_name: "Retort",
      language: "retort",
      interrupt_mode: "message",
      env: { A: "1" },
      kernel_protocol_version: "5.5",
      metadata: { debugger: false, supported_encryption: ["curve"], retort: { version: "9.9.9" } },
    });
  });

  it("is written whole, with logos, replaces an older one of ours, and leaves nothing else behind", async () => {
    await writeSpec(folder, spec, LOGOS, false);
    await writeSpec(folder, { ...spec, display_name: "Newer" }, LOGOS, false);
    assert.deepEqual(readdirSync(folder).sort(), ["kernel.json", "logo-32x32.png", "logo-64x64.png", "logo-svg.svg"]);
    assert.deepEqual(readdirSync(join(root, "kernels")), ["retort"]);
    assert.deepEqual((await findSpecs([root, join(root, "nothing")])).map((found) => [found.name, found.spec.display_name]), [["retort", "Newer"]]);
  });

  it("a write that fails leaves the old one as it was", async () => {
    await writeSpec(folder, spec, LOGOS, false);
    await assert.rejects(writeSpec(folder, { ...spec, display_name: "Newer" }, join(root, "no-logos"), false), { code: "kernelspec_not_written" });
    assert.deepEqual(readdirSync(join(root, "kernels")), ["retort"]);
    assert.equal((await findSpecs([root]))[0]?.spec.display_name, "Retort");
  });

  it("somebody else's kernel of that name is neither replaced nor removed without force", async () => {
    for (const text of ['{"argv":["python"],"metadata":{}}', "not json"]) {
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, "kernel.json"), text);
      await assert.rejects(writeSpec(folder, spec, LOGOS, false), { code: "not_our_kernelspec" });
      await assert.rejects(removeSpec(folder, false), { code: "not_our_kernelspec" });
      assert.equal(readFileSync(join(folder, "kernel.json"), "utf8"), text);
      await writeSpec(folder, spec, LOGOS, true);
      assert.equal(await removeSpec(folder, false), true);
    }
    assert.equal(await removeSpec(folder, false), false);
  });
});

describe("retort install", () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "retort-install-"));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  async function run(args: string[], env: NodeJS.ProcessEnv = { HOME: root, JUPYTER_DATA_DIR: join(root, "data") }): Promise<{ code: number; out: string; err: string }> {
    const [stdout, stderr] = [new Text(), new Text()];
    const code = await installCommand(args, { stdout, stderr, env, signal: new AbortController().signal });
    return { code, out: stdout.text, err: stderr.text };
  }

  const usageErrors: string[][] = [["--user", "--prefix", "/x"], ["--name", "../x"], ["--name", ".."], ["--env", "novalue"], ["--nonsense"], ["word"]];
  for (const args of usageErrors) {
    it(`refuses ${args.join(" ")}`, async () => {
      const { code, err } = await run(args);
      assert.equal(code, 2);
      assert.match(err, /retort install/);
    });
  }

  it("--sys-prefix needs an environment", async () => {
    await assert.rejects(run(["--sys-prefix"]), { code: "no_environment" });
  });

  it("--help names every option", async () => {
    const { code, out } = await run(["--help"]);
    assert.equal(code, 0);
    for (const option of ["--user", "--sys-prefix", "--prefix", "--data-dir", "--name", "--display-name", "--env", "--force", "--dry-run", "--list", "--uninstall", "--json"]) assert.match(out, new RegExp(`${option}\\b`));
  });

  it("an unbuilt checkout is told to build", async function () {
    if (existsSync(entryPath("kernel"))) return;
    await assert.rejects(run([]), { code: "not_built" });
  });

  describe("in a built checkout", function () {
    before(function () {
      if (!existsSync(entryPath("kernel"))) assert.fail("run 'npm run build' first");
    });

    it("installs for the user, lists, and uninstalls", async () => {
      const env = { HOME: root, JUPYTER_DATA_DIR: join(root, "data") };
      const installed = await run(["--json", "--name", "My.Retort", "--display-name", "Mine", "--env", "A=b=c", "--env", "D="], env);
      const { folder, spec } = JSON.parse(installed.out) as { folder: string; spec: KernelSpecFile };
      assert.equal(folder, join(root, "data", "kernels", "my.retort"));
      assert.deepEqual(JSON.parse(readFileSync(join(folder, "kernel.json"), "utf8")), spec);
      assert.deepEqual(spec.env, { A: "b=c", D: "" });
      assert.ok(spec.argv.slice(0, 2).every((path) => isAbsolute(path) && existsSync(path)));
      assert.match((await run(["--list"], env)).out, /my\.retort {2}Mine/);
      assert.equal((await run(["--uninstall", "--name", "my.retort"], env)).code, 0);
      assert.ok(!existsSync(folder));
      const again = await run(["--uninstall", "--name", "my.retort"], env);
      assert.equal(again.code, 1);
      assert.match(again.err, /no kernelspec/);
      assert.match((await run(["--list"], env)).out, /not installed/);
    });

    it("--dry-run writes nothing", async () => {
      const { code, out } = await run(["--dry-run"]);
      assert.equal(code, 0);
      assert.match(out, /Would install/);
      assert.deepEqual(readdirSync(root), []);
    });

    it("puts the kernelspec where asked, and says how Jupyter finds it there", async () => {
      const { out } = await run(["--prefix", join(root, "p")]);
      assert.ok(existsSync(join(root, "p", "share", "jupyter", "kernels", "retort", "kernel.json")));
      assert.match(out, /JUPYTER_PATH=/);
      await run(["--data-dir", join(root, "d")]);
      assert.ok(existsSync(join(root, "d", "kernels", "retort", "kernel.json")));
      const inside = await run(["--sys-prefix"], { HOME: root, VIRTUAL_ENV: join(root, "v") });
      assert.ok(existsSync(join(root, "v", "share", "jupyter", "kernels", "retort", "kernel.json")));
      assert.doesNotMatch(inside.out, /JUPYTER_PATH/);
    });
  });
});
