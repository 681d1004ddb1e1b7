import * as vscode from "vscode";

import type { Settings } from "../host/settings.ts";
import type { Battery } from "./battery.ts";
import { isSecretPath } from "./context/secrets.ts";
import type { Switches } from "./gate.ts";
import type { CompletionPolicy } from "./request.ts";
import type { Snooze } from "./snooze.ts";

/** So many documents' settings are kept: reading them takes longer than answering a key from the cache. */
const KEPT = 64;

type FileControls = Pick<Switches, "enabled" | "enabledForLanguage" | "enabledForFile"> & { policy: CompletionPolicy };

/** What the user has chosen, for one document. */
export class Controls implements vscode.Disposable {
  readonly #settings: Settings;
  readonly #snooze: Snooze;
  readonly #battery: Battery;
  readonly #known = new Map<string, FileControls>();
  readonly #subscription: vscode.Disposable;

  constructor(settings: Settings, snooze: Snooze, battery: Battery, changed: () => void) {
    this.#settings = settings;
    this.#snooze = snooze;
    this.#battery = battery;
    this.#subscription = settings.onDidChange(["retort.completion"], () => {
      this.#known.clear();
      changed();
    });
  }

  switches(document: vscode.TextDocument): Switches {
    const { enabled, enabledForLanguage, enabledForFile } = this.#of(document);
    return { enabled, enabledForLanguage, enabledForFile, snoozed: this.#snooze.active, pausedOnBattery: this.pausedOnBattery };
  }

  get pausedOnBattery(): boolean {
    return this.#settings.get("retort.completion.pauseOnBattery") && this.#battery.discharging;
  }

  policy(document: vscode.TextDocument): CompletionPolicy {
    return this.#of(document).policy;
  }

  dispose(): void {
    this.#subscription.dispose();
  }

  #of(document: vscode.TextDocument): FileControls {
    const key = `${document.languageId} ${document.uri.toString()}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const controls = this.#read(document);
    if (this.#known.size >= KEPT) this.#known.clear();
    this.#known.set(key, controls);
    return controls;
  }

  #read(document: vscode.TextDocument): FileControls {
    const settings = this.#settings;
    const enable = settings.get("retort.completion.enable", document);
    const own = enable[document.languageId];
    const files = settings.get("retort.completion.disableInFiles", document);
    return {
      enabled: own === true || enable["*"] !== false,
      enabledForLanguage: own ?? true,
      enabledForFile: !isSecretPath(document.uri.path) && !files.some((pattern) => vscode.languages.match({ pattern }, document) > 0),
      policy: {
        automatic: settings.get("retort.completion.triggerMode", document) === "auto",
        multiline: settings.get("retort.completion.multiline", document),
        maxLines: settings.get("retort.completion.maxLines", document),
        confidence: settings.get("retort.completion.confidence", document),
        debounceMs: settings.get("retort.completion.debounce", document),
        insideComments: !settings.get("retort.completion.disableInsideComments", document),
        insideStrings: !settings.get("retort.completion.disableInsideStrings", document),
      },
    };
  }
}
