import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { dirname } from "node:path";
import * as vscode from "vscode";
import type { KernelClient } from "../../kernel/jupyter/client/kernel-client.ts";
import { entryPath } from "../../runtime/entry.ts";
import { RetortError } from "../../runtime/errors.ts";
import { runtimeEnvironment } from "../host/runtime-environment.ts";
import { SERVER_KEY } from "../host/runtime-connection.ts";
import type { Settings } from "../host/settings.ts";
import { KERNEL_NAME } from "./metadata.ts";

/**
 * Starts a kernel process for `notebook` on VS Code's own Node.
 * Rejects with `kernel_missing`, `kernel_died`, `kernel_start_timeout`, `zeromq_unusable`.
 */
export async function startKernel(notebook: vscode.NotebookDocument, settings: Settings, secrets: vscode.SecretStorage): Promise<KernelClient> {
  const program = entryPath("kernel");
  if (!existsSync(program)) {
    throw new RetortError({ code: "kernel_missing", message: "Retort's kernel is missing from the extension's folder.", hint: "Install the extension again." });
  }
  const { startKernelProcess } = await import("../../kernel/jupyter/client/kernel-client.ts");
  const env = { ...runtimeEnvironment(settings), ...(await choicesOf(settings, secrets)) };
  return await startKernelProcess({ argv: [process.execPath, program, "{connection_file}"], env, cwd: folderOf(notebook), name: KERNEL_NAME });
}

/** What only kernels need to know: the default model, and the server to use instead of this machine. */
async function choicesOf(settings: Settings, secrets: vscode.SecretStorage): Promise<NodeJS.ProcessEnv> {
  const model = settings.get("retort.model");
  const url = settings.get("retort.runtime.url");
  const key = url === "" ? undefined : await secrets.get(SERVER_KEY);
  return {
    ...(model === "" ? {} : { RETORT_MODEL: model }),
    ...(url === "" ? {} : { RETORT_URL: url }),
    ...(key === undefined ? {} : { RETORT_API_KEY: key }),
  };
}

/** Relative paths in cells are meant from the notebook's folder; one that was never saved is at home in the workspace. */
function folderOf({ uri, isUntitled }: vscode.NotebookDocument): string {
  const candidates = [...(uri.scheme === "file" && !isUntitled ? [dirname(uri.fsPath)] : []), ...(vscode.workspace.workspaceFolders ?? []).filter(({ uri: folder }) => folder.scheme === "file").map(({ uri: folder }) => folder.fsPath)];
  return candidates.find((folder) => existsSync(folder)) ?? homedir();
}
