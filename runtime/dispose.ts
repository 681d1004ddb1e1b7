/** Something that listens, spawns or holds a file, and can let go of it. Disposing twice is harmless. */
export interface Disposable {
  dispose(): void | Promise<void>;
}

/** Owns disposables and releases them in reverse order. */
export class DisposableStack implements Disposable {
  #owned: Disposable[] = [];

  /** Takes ownership and returns the same object. */
  own<T extends Disposable>(disposable: T): T {
    this.#owned.push(disposable);
    return disposable;
  }

  /** Runs `release` on disposal. */
  defer(release: () => void | Promise<void>): void {
    this.#owned.push({ dispose: release });
  }

  async dispose(): Promise<void> {
    const owned = this.#owned.reverse();
    this.#owned = [];
    for (const disposable of owned) await disposable.dispose();
  }
}
