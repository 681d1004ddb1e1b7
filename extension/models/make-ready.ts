import * as vscode from "vscode";

import type { LoadedInfo, LoadProgress } from "../../runtime/api/types.ts";
import type { RuntimeClient } from "../../runtime/client/runtime-client.ts";
import { isCancelled } from "../../runtime/errors.ts";
import type { Precision } from "../../runtime/models/model.ts";
import type { ModelsParts } from "./parts.ts";
import { shownProgress } from "./progress-text.ts";

const BOARD_KEY = "models";

/**
 * Downloads, makes and loads what is missing, with progress that can be cancelled, and lets this precision answer from
 * now on; without one, the one that the file has. A download that was cancelled goes on where it stopped. Errors: those
 * of the runtime, `cancelled`.
 */
export async function makeReady({ board, log }: Pick<ModelsParts, "board" | "log">, client: RuntimeClient, model: string, precision?: Precision): Promise<LoadedInfo> {
  const place = { location: vscode.ProgressLocation.Notification, title: model, cancellable: true };
  const stop = new AbortController();
  let downloading = false;
  try {
    return await vscode.window.withProgress(place, async (bar, token) => {
      token.onCancellationRequested(() => stop.abort());
      let share = 0;
      const show = (progress: LoadProgress): void => {
        downloading = progress.step === "download";
        const shown = shownProgress(progress, vscode.l10n.t);
        board.set(BOARD_KEY, { kind: shown.kind, text: `${model}: ${shown.text}`, ...(shown.share === undefined ? {} : { share: shown.share }) });
        // A new step begins anew; VS Code's bar only knows increments.
        const now = (shown.share ?? 0) * 100;
        bar.report({ message: shown.text, increment: Math.max(0, now - share) });
        share = Math.max(share, now);
      };
      log.info(`Making ${model} ready${precision === undefined ? "" : ` in ${precision}`}.`);
      const options = { signal: stop.signal, onProgress: show };
      const loaded = await (precision === undefined ? client.load(model, undefined, options) : client.precision(model, precision, options));
      await vscode.commands.executeCommand("setContext", "retort.hasModel", true);
      return loaded;
    });
  } catch (error) {
    if (isCancelled(error) && downloading) void offerToGoOn({ board, log }, client, model, precision);
    throw error;
  } finally {
    board.set(BOARD_KEY, null);
  }
}

async function offerToGoOn(parts: Pick<ModelsParts, "board" | "log">, client: RuntimeClient, model: string, precision?: Precision): Promise<void> {
  const goOn = vscode.l10n.t("Go On");
  const chosen = await vscode.window.showInformationMessage(vscode.l10n.t("The download of {0} was stopped. What has come is kept.", model), goOn);
  if (chosen !== goOn) return;
  await makeReady(parts, client, model, precision).catch((error: unknown) => { if (!isCancelled(error)) parts.log.error(`download ${model}`, error); });
}
