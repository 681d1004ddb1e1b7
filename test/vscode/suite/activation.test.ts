import assert from "node:assert/strict";
import * as vscode from "vscode";

const ID = "retort.retort";

describe("activation", () => {
  it("activates", async () => {
    const extension = vscode.extensions.getExtension(ID);
    assert.ok(extension, "the extension is there");
    const started = performance.now();
    await extension.activate();
    console.log(`    activation: ${(performance.now() - started).toFixed(1)} ms until the promise resolved`);
    assert.equal(extension.isActive, true);
  });

  it("registers every command that it contributes", async () => {
    const manifest = vscode.extensions.getExtension(ID)?.packageJSON as { contributes: { commands: { command: string }[] } };
    const there = new Set(await vscode.commands.getCommands(true));
    assert.deepEqual(manifest.contributes.commands.map(({ command }) => command).filter((command) => !there.has(command)), []);
  });

  it("asks for no proposed API, which a stable VS Code refuses", () => {
    const manifest = vscode.extensions.getExtension(ID)?.packageJSON as { enabledApiProposals?: unknown };
    assert.equal(manifest.enabledApiProposals, undefined);
  });
});
