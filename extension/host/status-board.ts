import * as vscode from "vscode";

/** What a part is doing that a person should see. In order of importance. */
export type ActivityKind = "error" | "degraded" | "downloading" | "starting" | "loading" | "busy" | "snoozed" | "paused" | "note";

export interface Activity {
  kind: ActivityKind;
  /** One short line. */
  text: string;
  /** 0 to 1, while something is under way. */
  share?: number;
}

/** Where all parts put up what they are doing; the status bar shows it. */
export class StatusBoard implements vscode.Disposable {
  readonly #activities = new Map<string, Activity>();
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.#changed.event;

  get activities(): ReadonlyMap<string, Activity> {
    return this.#activities;
  }

  /** `activity` null: nothing to tell about `part`. */
  set(part: string, activity: Activity | null): void {
    if (activity === null) this.#activities.delete(part);
    else this.#activities.set(part, activity);
    this.#changed.fire();
  }

  dispose(): void {
    this.#changed.dispose();
  }
}
