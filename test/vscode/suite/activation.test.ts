import assert from "node:assert/strict";
import * as vscode from "vscode";

const ID = "retort.retort";

/** VS Code's own time stamps: what "Developer: Show Running Extensions" adds up. */
interface PerformanceMarks {
  getMarks(): { name: string; startTime: number }[];
}

/** "load 12.3 ms", "activate 4.5 ms": reported, not judged, because it depends on what else the machine does. */
function activationSteps(): string[] {
  const marks = (globalThis as { MonacoPerformanceMarks?: PerformanceMarks }).MonacoPerformanceMarks?.getMarks() ?? [];
  const at = (step: string): number => marks.find(({ name }) => name === `code/extHost/${step}/${ID}`)?.startTime ?? NaN;
  const span = (words: string, from: string, to: string): string => `${words} ${(at(to) - at(from)).toFixed(1)} ms`;
  return [span("load", "willLoadExtensionCode", "didLoadExtensionCode"), span("activate", "willActivateExtension", "didActivateExtension")];
}

describe("activation", () => {
  it("activates", async () => {
    const extension = vscode.extensions.getExtension(ID);
    assert.ok(extension, "the extension is there");
    await extension.activate();
    console.log(`    ${activationSteps().join(", ")}`);
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
