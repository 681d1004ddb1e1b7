export type Theme = "auto" | "light" | "dark";

const PREFIX = "retort-chat-";

/** Small choices that outlive the tab, and the key, which does not. A browser that keeps nothing loses them with the page. */
export class Preferences {
  readonly #memory = new Map<string, string>();

  get model(): string | null {
    return this.#get(() => localStorage, "model");
  }

  set model(id: string) {
    this.#set(() => localStorage, "model", id);
  }

  get theme(): Theme {
    const theme = this.#get(() => localStorage, "theme");
    return theme === "light" || theme === "dark" ? theme : "auto";
  }

  set theme(theme: Theme) {
    this.#set(() => localStorage, "theme", theme);
  }

  get key(): string | null {
    return this.#get(() => sessionStorage, "key");
  }

  set key(key: string | null) {
    this.#set(() => sessionStorage, "key", key);
  }

  #get(storage: () => Storage, name: string): string | null {
    try {
      return storage().getItem(PREFIX + name);
    } catch {
      return this.#memory.get(name) ?? null;
    }
  }

  #set(storage: () => Storage, name: string, value: string | null): void {
    try {
      if (value === null) storage().removeItem(PREFIX + name);
      else storage().setItem(PREFIX + name, value);
    } catch {
      if (value === null) this.#memory.delete(name);
      else this.#memory.set(name, value);
    }
  }
}
