import { type Conversation, newConversation } from "../conversation.ts";
import { ConversationStore } from "./conversation-store.ts";

/** All conversations, in memory and, where the browser allows, in its database. */
export class Library {
  #store: ConversationStore | null = null;
  #all: Conversation[] = [];
  /** A reply that ends after its conversation was deleted must not bring it back. */
  readonly #removed = new Set<string>();
  readonly #failed: (error: unknown) => void;

  /** `failed`: something could not be kept. */
  constructor(failed: (error: unknown) => void) {
    this.#failed = failed;
  }

  /** The latest first. */
  get all(): readonly Conversation[] {
    return this.#all;
  }

  /** Reads what earlier visits left. `changed`: another tab has changed something. */
  async open(changed: () => void): Promise<void> {
    try {
      const store = await ConversationStore.open();
      this.#store = store;
      this.#all = await store.all();
      store.onChange(() => void store.all().then((all) => {
        this.#all = all;
        changed();
      }, this.#failed));
    } catch (error) {
      this.#failed(error);
    }
  }

  find(id: string): Conversation | undefined {
    return this.#all.find((one) => one.id === id);
  }

  create(): Conversation {
    return newConversation(newId(), Date.now());
  }

  /** One without a turn is not worth keeping. */
  save(conversation: Conversation): void {
    if (conversation.turns.length === 0 || this.#removed.has(conversation.id)) return;
    this.#all = [conversation, ...this.#all.filter(({ id }) => id !== conversation.id)].sort((a, b) => b.changedAt - a.changedAt);
    this.#store?.put(conversation).catch(this.#failed);
  }

  remove(id: string): void {
    this.#removed.add(id);
    this.#all = this.#all.filter((one) => one.id !== id);
    this.#store?.remove(id).catch(this.#failed);
  }

  /** Takes a deletion back. */
  restore(conversation: Conversation): void {
    this.#removed.delete(conversation.id);
    this.save(conversation);
  }
}

/** Random; `crypto.randomUUID` is missing in pages that came over plain HTTP. */
export function newId(): string {
  return [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
