import * as vscode from "vscode";

/** As in the manifest's activation events. */
export const VIEW_TYPE = "retort.explanation";

interface Restores {
  restore(panel: vscode.WebviewPanel, state: unknown): void;
}

/** Brings the view back when the window was reloaded, with the text that it had. */
export function restorer(load: () => Promise<Restores>): vscode.Disposable {
  return vscode.window.registerWebviewPanelSerializer(VIEW_TYPE, {
    deserializeWebviewPanel: async (panel, state: unknown) => (await load()).restore(panel, state),
  });
}
