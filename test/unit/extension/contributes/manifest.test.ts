import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import type { CommandSpec, Contribution, SettingSpec } from "../../../../extension/contributes/contribution.ts";
import { manifestOf } from "../../../../extension/contributes/manifest.ts";
import { PARTS } from "../../../../extension/contributes/parts.ts";
import { settingsPage } from "../../../../extension/contributes/settings-page.ts";
import { packageRoot } from "../../../../runtime/entry.ts";

const read = (name: string): string => readFileSync(join(packageRoot(), name), "utf8");
const json = (name: string): Record<string, unknown> => JSON.parse(read(name)) as Record<string, unknown>;
/** As a file has it: without what is undefined. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe("manifest", () => {
  const parts: readonly Contribution[] = PARTS;
  const wanted = manifestOf(parts);
  const HINT = "run `npm run manifest`";

  it("package.json, the texts and docs/settings.md are what the tables say", () => {
    const { contributes, capabilities } = json("package.json");
    assert.deepEqual(contributes, plain(wanted.contributes), HINT);
    assert.deepEqual(capabilities, plain(wanted.capabilities), HINT);
    assert.deepEqual(json("package.nls.json"), wanted.nls.en, HINT);
    assert.deepEqual(json("package.nls.zh-cn.json"), wanted.nls.zh, HINT);
    assert.equal(read("docs/settings.md"), settingsPage(parts), HINT);
  });

  it("every text is there in both languages, and the Chinese one is Chinese", () => {
    assert.deepEqual(Object.keys(wanted.nls.en), Object.keys(wanted.nls.zh));
    for (const [key, text] of Object.entries(wanted.nls.en)) assert.ok(text.trim() !== "", key);
    const words = Object.entries(wanted.nls.zh).filter(([key, text]) => !/\p{Script=Han}/u.test(text) && text !== wanted.nls.en[key]);
    assert.deepEqual(words, []);
  });

  it("every command has a title in both languages, and every %key% a text", () => {
    const commands = parts.flatMap(({ commands: table = {} }) => Object.entries<CommandSpec>(table));
    for (const [command] of commands) assert.ok(command in wanted.nls.en && command in wanted.nls.zh, command);
    const keys = [...JSON.stringify([wanted.contributes, wanted.capabilities]).matchAll(/"%([^%"]+)%"/g)].map(([, key]) => key ?? "");
    assert.ok(keys.length > commands.length);
    assert.deepEqual(keys.filter((key) => wanted.nls.en[key] === undefined), []);
  });

  it("no command and no setting stands in two tables, and names follow the rule", () => {
    const names = parts.flatMap(({ commands = {}, settings = {} }) => [...Object.keys(commands), ...Object.keys(settings)]);
    assert.deepEqual(names.filter((name, index) => names.indexOf(name) !== index), []);
    assert.deepEqual(names.filter((name) => !/^retort(\.[a-z][A-Za-z0-9]*)+$/.test(name)), []);
  });

  it("menus, keys and walkthroughs name commands that exist", () => {
    const known = new Set(parts.flatMap(({ commands = {} }) => Object.keys(commands)));
    const used = [...JSON.stringify([wanted.contributes.menus, wanted.contributes.keybindings]).matchAll(/"command":"(retort\.[^"]+)"/g)].map(([, name]) => name ?? "");
    const linked = [...Object.values(wanted.nls.en).join().matchAll(/\(command:(retort\.[A-Za-z.]+)/g)].map(([, name]) => name ?? "");
    assert.deepEqual([...used, ...linked].filter((name) => !known.has(name)), []);
  });

  it("an untrusted workspace chooses no model, no server and no program", () => {
    const { untrustedWorkspaces } = wanted.capabilities as { untrustedWorkspaces: { supported: string; restrictedConfigurations: string[] } };
    assert.equal(untrustedWorkspaces.supported, "limited");
    for (const name of ["retort.model", "retort.runtime.url", "retort.runtime.modelsFolder"]) assert.ok(untrustedWorkspaces.restrictedConfigurations.includes(name), name);
    const settings = parts.flatMap(({ settings: table = {} }) => Object.entries<SettingSpec<unknown>>(table));
    const runtime = settings.filter(([name]) => name.startsWith("retort.runtime."));
    assert.deepEqual(runtime.filter(([, { scope }]) => scope !== "machine").map(([name]) => name), [], "a workspace never sets these");
  });

  it("the walkthrough's pages are there in both languages, and it takes three actions", () => {
    const [walkthrough] = wanted.contributes.walkthroughs as Array<{ steps: Array<{ media: { markdown: string } }> }>;
    assert.equal(walkthrough?.steps.length, 3);
    for (const { media } of walkthrough.steps) {
      for (const path of [media.markdown, media.markdown.replace(/\.md$/, ".nls.zh-cn.md")]) assert.ok(existsSync(join(packageRoot(), path)), path);
    }
  });
});

describe("docs/settings.md", () => {
  const page = (settings: Record<string, SettingSpec<unknown>>): string => settingsPage([{ settings }]);
  const text = (en: string): { en: string; zh: string } => ({ en, zh: "某" });

  it("has a row for each setting, with values and ranges", () => {
    const table = page({
      "retort.a": { default: "x|y", schema: { type: "string", enum: ["x|y", "z"], enumDescriptions: [text("both"), text("last")] }, scope: "machine", description: text("One\nline | only.") },
      "retort.b": { default: null, schema: { type: ["integer", "null"], minimum: 1 }, scope: "language-overridable", description: text("B.") },
    });
    assert.match(table, /\| `retort\.a` \| `"x\\\|y"` \| One line \\\| only\. One of `"x\\\|y"` \(both\), `"z"` \(last\)\. \| user, for each machine \|/);
    assert.match(table, /\| `retort\.b` \| `null` \| B\. From 1 to any\. \| user, workspace, folder, language \|/);
  });
});
