import { type Conversation, revived } from "../conversation.ts";

const DATABASE = "retort-chat";
const STORE = "conversations";
const CHANNEL = "retort-chat";

/** The conversations in this browser's IndexedDB. They leave it for no server. */
export class ConversationStore {
  readonly #database: IDBDatabase;
  readonly #channel = new BroadcastChannel(CHANNEL);

  constructor(database: IDBDatabase) {
    this.#database = database;
  }

  /** Rejects where the browser keeps nothing, as in some private windows. */
  static async open(): Promise<ConversationStore> {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => { request.result.createObjectStore(STORE, { keyPath: "id" }); };
    return new ConversationStore(await settled(request));
  }

  /** All of them, the latest first. */
  async all(): Promise<Conversation[]> {
    const found = await settled(this.#store("readonly").getAll()) as Conversation[];
    return found.map(revived).sort((a, b) => b.changedAt - a.changedAt);
  }

  async put(conversation: Conversation): Promise<void> {
    await settled(this.#store("readwrite").put(conversation));
    this.#channel.postMessage("changed");
  }

  async remove(id: string): Promise<void> {
    await settled(this.#store("readwrite").delete(id));
    this.#channel.postMessage("changed");
  }

  /** Another tab has changed something. */
  onChange(run: () => void): void {
    this.#channel.addEventListener("message", run);
  }

  #store(mode: IDBTransactionMode): IDBObjectStore {
    return this.#database.transaction(STORE, mode).objectStore(STORE);
  }
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("The browser's database does not answer."));
  });
}
