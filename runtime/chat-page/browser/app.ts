import { ChatSession } from "../chat-session.ts";
import { type Conversation, type ReplyTurn, renamed, shownTurns, withVersion } from "../conversation.ts";
import { conversationMarkdown, fileName } from "../conversation-markdown.ts";
import { asRetortError } from "../../errors.ts";
import { keyFromHash } from "../key.ts";
import { RuntimeApi } from "../runtime-api.ts";
import { Composer } from "./composer.ts";
import { ConversationList } from "./conversation-list.ts";
import { byId, withIcon } from "./dom.ts";
import { download } from "./download.ts";
import { KeyDialog } from "./key-dialog.ts";
import { Library, newId } from "./library.ts";
import { Models } from "./models.ts";
import { Notice } from "./notice.ts";
import { Preferences } from "./preferences.ts";
import { SettingsPanel } from "./settings-panel.ts";
import { Sides } from "./sides.ts";
import { emptyView, Transcript } from "./transcript.ts";

/** The thinking time goes on while no token comes. */
const TICK_MS = 500;
const POLL_MS = 15_000;

/** The whole page: which conversation is shown, and what goes to which part. */
export class App {
  readonly #preferences = new Preferences();
  readonly #api = new RuntimeApi({ base: new URL(".", location.href).href, key: () => this.#preferences.key, now: () => performance.now() });
  readonly #notice = new Notice(byId("notice"));
  readonly #library = new Library((error) => this.#notice.show([`This browser keeps no conversations: ${asRetortError(error).message}`], "problem"));
  readonly #models: Models;
  readonly #transcript: Transcript;
  readonly #list: ConversationList;
  readonly #panel: SettingsPanel;
  readonly #composer: Composer;
  readonly #keyDialog: KeyDialog;
  readonly #sides = new Sides();
  readonly #search = byId<HTMLInputElement>("search");
  /** The shown session, and those whose reply still runs. */
  readonly #sessions = new Map<string, ChatSession>();
  #session: ChatSession;
  #drawing = false;
  #listed: readonly [all: readonly Conversation[], current: string, search: string] | null = null;

  constructor() {
    this.#models = new Models({
      api: this.#api, preferences: this.#preferences, notice: this.#notice,
      bar: { picker: byId<HTMLSelectElement>("model"), toggle: byId("precision"), memory: byId("memory") },
      changed: () => this.#changed(), failed: (error) => this.#failed(error),
    });
    this.#transcript = new Transcript(byId("scroll"), byId("turns"), {
      edit: (id, text) => void this.#session.edit(id, text),
      regenerate: (id) => void this.#session.regenerate(id),
      goOn: (id) => void this.#session.goOn(id),
      showVersion: (id, step) => this.#session.update(withVersion(this.#session.conversation, id, step)),
    });
    this.#list = new ConversationList(byId("list"), {
      open: (id) => this.#open(id),
      rename: (id, title) => this.#rename(id, title),
      remove: (id) => this.#remove(id),
    });
    this.#panel = new SettingsPanel(byId("panel"), (settings) => this.#session.update({ ...this.#session.conversation, settings }), () => this.#sides.closePanel(), () => this.#export());
    this.#composer = new Composer({ ask: (text) => void this.#ask(text), stop: () => this.#stop(), editLast: () => this.#transcript.editLast() });
    this.#keyDialog = new KeyDialog((key) => { this.#preferences.key = key; }, async () => {
      await this.#models.refresh();
      this.#notice.clear();
    });
    byId("empty").append(emptyView((text) => void this.#ask(text)));
    this.#session = this.#newSession(this.#library.create());
    this.#listen();
  }

  async start(): Promise<void> {
    this.#takeKey();
    this.#draw();
    await this.#library.open(() => this.#changed());
    await this.#models.refresh().catch((error: unknown) => this.#failed(error));
    this.#changed();
    this.#composer.focus();
  }

  /** A link that brings the key along is used up at once: the address may be shared or kept. */
  #takeKey(): void {
    const key = keyFromHash(location.hash);
    if (key === null) return;
    this.#preferences.key = key;
    history.replaceState(null, "", location.pathname);
  }

  #listen(): void {
    const newButton = byId<HTMLButtonElement>("new");
    newButton.addEventListener("click", () => this.#startNew());
    const theme = byId<HTMLSelectElement>("theme");
    const showTheme = (): void => { document.documentElement.dataset.theme = theme.value = this.#preferences.theme; };
    theme.addEventListener("change", () => {
      this.#preferences.theme = theme.value as Preferences["theme"];
      showTheme();
    });
    showTheme();
    byId("forget").addEventListener("click", () => {
      this.#preferences.key = null;
      this.#keyDialog.open();
    });
    withIcon(byId<HTMLButtonElement>("settings"), "sliders", "Settings of this conversation").addEventListener("click", () => this.#sides.togglePanel());
    this.#search.addEventListener("input", () => this.#changed());
    addEventListener("hashchange", () => {
      this.#takeKey();
      void this.#models.refresh().catch((error: unknown) => this.#failed(error));
    });
    addEventListener("keydown", (event) => {
      if (event.key === "Escape" && (this.#session.running !== null || this.#models.switching)) this.#stop();
      else if (event.key === "Escape") this.#sides.closeTop();
    });
    addEventListener("pagehide", () => {
      for (const { conversation, running } of this.#sessions.values()) if (running !== null) this.#library.save(conversation);
    });
    setInterval(() => { if (this.#session.running !== null) this.#changed(); }, TICK_MS);
    setInterval(() => this.#poll(), POLL_MS);
  }

  /** Not while a reply is measured, nor for nobody to see. */
  #poll(): void {
    if (document.hidden || this.#session.running !== null || this.#models.switching || this.#models.chosen === undefined) return;
    void this.#models.poll().catch((error: unknown) => this.#failed(error));
  }

  #newSession(conversation: Conversation): ChatSession {
    const session: ChatSession = new ChatSession(this.#api, {
      model: () => {
        const { chosen } = this.#models;
        return chosen === undefined ? null : { id: chosen.id, precision: chosen.active, ready: chosen.precisions.some(({ loaded, precision }) => loaded && (chosen.active === null || precision === chosen.active)) };
      },
      newId,
      wallClock: () => Date.now(),
      now: () => performance.now(),
      changed: () => this.#changed(),
      save: (kept) => this.#library.save(kept),
      keyRefused: () => this.#keyDialog.open(),
      settled: () => this.#settled(session),
    }, conversation);
    this.#sessions.set(conversation.id, session);
    return session;
  }

  #settled(session: ChatSession): void {
    if (session.running === null) {
      if (session !== this.#session) this.#sessions.delete(session.conversation.id);
      this.#say(session);
      this.#models.compareSpeeds(session.conversation);
    }
    void this.#models.poll().catch((error: unknown) => this.#failed(error));
  }

  /** For screen readers: how a reply ended. */
  #say({ conversation }: ChatSession): void {
    const turn = shownTurns(conversation).at(-1);
    if (turn?.role !== "assistant") return;
    const ends: Record<ReplyTurn["state"], string> = { running: "", done: "The answer is complete.", stopped: "Stopped.", failed: turn.problem?.message ?? "" };
    byId("said").textContent = ends[turn.state];
  }

  /** A question that nobody can answer yet goes back into its field. */
  async #ask(text: string): Promise<void> {
    if (this.#models.chosen === undefined) {
      const problem = await this.#models.refresh().then(() => null, (error: unknown) => ({ error }));
      if (problem !== null) {
        this.#composer.put(text);
        return this.#failed(problem.error);
      }
    }
    const ended = this.#session.ask(text);
    this.#draw();
    this.#transcript.toEnd();
    await ended;
  }

  #stop(): void {
    this.#session.stop();
    this.#models.stopSwitch();
  }

  #startNew(): void {
    this.#show(this.#newSession(this.#library.create()));
    this.#composer.focus();
  }

  #open(id: string): void {
    const found = this.#sessions.get(id);
    const conversation = this.#library.find(id);
    if (found !== undefined) this.#show(found);
    else if (conversation !== undefined) this.#show(this.#newSession(conversation));
  }

  #show(session: ChatSession): void {
    if (this.#session !== session && this.#session.running === null) this.#sessions.delete(this.#session.conversation.id);
    this.#session = session;
    this.#sides.closeSide();
    this.#draw();
    this.#transcript.toEnd();
  }

  #rename(id: string, title: string): void {
    const session = this.#sessions.get(id);
    const conversation = session?.conversation ?? this.#library.find(id);
    if (conversation !== undefined && session !== undefined) session.update(renamed(conversation, title));
    else if (conversation !== undefined) this.#library.save(renamed(conversation, title));
    this.#listed = null;
    this.#changed();
  }

  #remove(id: string): void {
    const conversation = this.#library.find(id);
    if (conversation === undefined) return;
    this.#sessions.get(id)?.stop();
    this.#library.remove(id);
    this.#sessions.delete(id);
    if (this.#session.conversation.id === id) this.#startNew();
    this.#notice.show([`“${conversation.title}” is deleted.`], "note", { label: "Undo", run: () => {
      this.#library.restore(conversation);
      this.#notice.clear();
      this.#open(id);
    } });
    this.#changed();
  }

  #export(): void {
    const { conversation } = this.#session;
    download(fileName(conversation.title), conversationMarkdown(conversation));
  }

  #failed(error: unknown): void {
    const { message, hint = "", status } = asRetortError(error);
    if (status === 401) this.#notice.show(["The runtime wants a key."], "note", { label: "Enter the key", run: () => this.#keyDialog.open() });
    else this.#notice.show([message, hint], "problem", { label: "Try again", run: () => void this.#models.refresh().then(() => this.#notice.clear(), (again: unknown) => this.#failed(again)) });
    if (status === 401) this.#keyDialog.open();
  }

  /** Everything that happens within one frame is drawn once. */
  #changed(): void {
    if (this.#drawing) return;
    this.#drawing = true;
    requestAnimationFrame(() => {
      this.#drawing = false;
      this.#draw();
    });
  }

  #draw(): void {
    const { conversation, running } = this.#session;
    const turns = shownTurns(conversation);
    byId("title").textContent = document.title = turns.length === 0 ? "Retort" : conversation.title;
    byId("empty").hidden = turns.length > 0;
    this.#transcript.draw(this.#session, performance.now());
    this.#composer.draw(running !== null);
    this.#models.draw(running !== null);
    const latest = turns.findLast((turn): turn is ReplyTurn => turn.role === "assistant" && turn.measures !== null);
    this.#panel.draw(conversation, latest?.measures ?? null);
    this.#drawList(conversation.id);
  }

  #drawList(current: string): void {
    const wanted = [this.#library.all, current, this.#search.value] as const;
    if (this.#listed !== null && this.#listed.every((one, i) => one === wanted[i])) return;
    this.#listed = wanted;
    this.#list.draw(...wanted);
  }
}
