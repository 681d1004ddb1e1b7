import { homedir, hostname, userInfo } from "node:os";

import * as vscode from "vscode";

import { PARTS } from "../contributes/parts.ts";
import type { SettingSpec } from "../contributes/contribution.ts";
import { asRetortError } from "../../runtime/errors.ts";
import { diagnosticsReport } from "./diagnostics.ts";
import type { ModelsParts } from "./parts.ts";
import type { Private } from "./redact.ts";

/** `Retort: Collect Diagnostics`: a redacted report in a new document. Starts nothing: what does not run is told as such. */
export async function collectDiagnostics(parts: ModelsParts): Promise<vscode.TextDocument> {
  const { runtime, log } = parts;
  const client = await runtime.current();
  const failures: string[] = [];
  const attempt = async <T>(what: string, call: () => Promise<T>): Promise<T | null> =>
    call().catch((error: unknown) => { failures.push(`${what}: ${asRetortError(error).code}: ${asRetortError(error).message}`); return null; });
  const ask = async <T>(what: string, call: () => Promise<T>): Promise<T | null> => (client === null || !client.local ? null : attempt(what, call));
  const server = client === null || client.local ? null : await attempt("server", () => client.probe());
  const status = await ask("status", async () => (client === null ? null : client.statusIfRunning()));
  const text = diagnosticsReport({
    versions: versions(parts),
    settings: changedSettings(),
    connection: runtime.state,
    remote: runtime.remote,
    server,
    status,
    devices: status === null || client === null ? null : await ask("devices", () => client.devices()),
    memory: status === null || client === null || status.loaded.length === 0 ? null : await ask("memory", () => client.memory()),
    offers: status === null || client === null ? null : await ask("models", () => client.offers()),
    failures,
    log: log.tail,
  }, whatIsPrivate());
  const document = await vscode.workspace.openTextDocument({ language: "markdown", content: text });
  await vscode.window.showTextDocument(document);
  return document;
}

function versions({ context }: ModelsParts): Array<[string, string]> {
  const { version } = context.extension.packageJSON as { version: string };
  return [
    ["Retort", version],
    ["VS Code", `${vscode.version} (${vscode.env.appHost})`],
    ["Node", process.version],
    ["platform", `${process.platform} ${process.arch}`],
    ["remote", vscode.env.remoteName === undefined ? "no" : (vscode.env.remoteName.split(/[+:]/)[0] ?? "")],
    ["language", vscode.env.language],
    ["workspace", vscode.workspace.isTrusted ? "trusted" : "not trusted"],
  ];
}

function changedSettings(): Array<[string, unknown]> {
  const specs: Array<[string, SettingSpec<unknown>]> = PARTS.flatMap((part) => Object.entries(("settings" in part ? part.settings : {}) as Record<string, SettingSpec<unknown>>));
  return specs.flatMap(([name, { default: normal }]) => {
    const value: unknown = vscode.workspace.getConfiguration().get(name);
    return value === undefined || JSON.stringify(value) === JSON.stringify(normal) ? [] : [[name, value] as [string, unknown]];
  });
}

function whatIsPrivate(): Private {
  return {
    home: homedir(),
    user: userInfo().username,
    host: hostname(),
    folders: (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath),
  };
}
