import { cancelled, RetortError } from "../errors.ts";
import { commonPrefix } from "./common-prefix.ts";
import { type Priority, RequestQueue } from "./request-queue.ts";
import { SlotPool } from "./slot-pool.ts";

export interface LaneRequest {
  priority: Priority;
  /** The whole prompt, for the choice of a slot by its cached prefix. */
  tokens: Uint32Array;
  signal: AbortSignal;
  /** Who asks: clients of the same priority take turns. Default: all are one. */
  client?: string;
  /** True for a request that does not mind which precision of the model answers: a switch moves it. */
  movable: boolean;
  /** Waits beyond the queue's capacity too: an earlier part of the same work has had a slot. Default: false. */
  isAccepted?: boolean;
}

/** A slot that is held until `release`, which must be called exactly once. */
export interface SlotGrant {
  slot: number;
  /** Fires when a completion wants the slot that background work holds: stop soon and release it. */
  preempted: AbortSignal;
  /** So many tokens were generated into the slot. */
  grew(tokens: number): void;
  /** `tokens`: what the slot holds afterwards; undefined after a failure. */
  release(tokens?: Uint32Array): void;
}

/** A slot as others may see it. */
export interface SlotState {
  slot: number;
  /** Of the request that holds it; null for a free one. */
  priority: Priority | null;
  /** Tokens in its part of the KV cache: of a running request its prompt and what it has generated. */
  tokens: number;
}

interface Holder {
  request: LaneRequest;
  generated: number;
  preempt: AbortController;
}

interface Waiter {
  request: LaneRequest;
  grant(grant: SlotGrant): void;
  refuse(error: Error): void;
}

/** Thrown to a queued request when its model's precision is switched: ask again for the one that is active now. */
export class LaneMoved extends Error {}

const RETRY_AFTER_S = 2;

/** Tokens that a slot which is just being freed must hold beyond the best free one, to be worth the wait of one step. */
const WORTH_WAITING = 32;

/** The queue and the slots of one loaded model. A request waits here until a slot is free; nothing else may use a slot. */
export class Lane {
  readonly #queue: RequestQueue<Waiter>;
  readonly #pool: SlotPool;
  readonly #holders = new Map<number, Holder>();
  /** Work that uses the model without a slot, or before it has one. */
  #users = 0;
  /** Requests that are being prepared, or wait. */
  #reserved = 0;
  #onUnused: Array<() => void> = [];
  readonly #onIdle: () => void;

  /** `onIdle` is called whenever the last one has stopped using the model. */
  constructor(slots: number, queueCapacity: number, onIdle: () => void = () => undefined) {
    this.#onIdle = onIdle;
    this.#pool = new SlotPool(slots);
    this.#queue = new RequestQueue(queueCapacity);
  }

  get active(): number {
    return this.#pool.busy;
  }

  /** All slots in their order. */
  slots(): SlotState[] {
    return this.#pool.held().map((tokens, slot) => {
      const holder = this.#holders.get(slot);
      return holder === undefined ? { slot, priority: null, tokens } : { slot, priority: holder.request.priority, tokens: holder.request.tokens.length + holder.generated };
    });
  }

  /** What the free slots hold, as far as it is known. */
  held(): Array<{ slot: number; tokens: Uint32Array }> {
    return this.#pool.free();
  }

  /** A slot was filled with what had been saved. Before the first request only. */
  restored(slot: number, tokens: Uint32Array): void {
    this.#pool.fill(slot, tokens);
  }

  get queued(): number {
    return this.#queue.size;
  }

  /**
   * Takes a place for a request that is still being prepared, so that one too many is refused before anything is done
   * for it. Throws `queue_full` (429), but not for one that `isAccepted`. Call the result when it has been granted a
   * slot, or has failed.
   */
  reserve(isAccepted = false): () => void {
    if (!isAccepted && this.#reserved >= this.#queue.capacity + this.#pool.size - this.#pool.busy) throw queueFull(this.#queue.capacity);
    this.#reserved++;
    let isDone = false;
    return () => {
      if (!isDone) this.#reserved--;
      isDone = true;
    };
  }

  /**
   * Waits for a slot. Rejects with `queue_full` (429) at once, `cancelled` when the signal is aborted before a slot
   * was granted, and {@link LaneMoved} when another precision of the model should answer it.
   */
  acquire(request: LaneRequest): Promise<SlotGrant> {
    return new Promise((resolve, reject) => {
      if (request.signal.aborted) return reject(cancelled());
      const abort = (): void => {
        if (!this.#queue.remove(waiter)) return;
        waiter.refuse(cancelled());
        this.#tellIfUnused();
      };
      const waiter: Waiter = {
        request,
        grant: (grant) => { request.signal.removeEventListener("abort", abort); resolve(grant); },
        refuse: (error) => { request.signal.removeEventListener("abort", abort); reject(error); },
      };
      const slot = this.#mayTake(request) ? this.#pool.take(request.tokens, isUrgent(request)) : null;
      if (slot !== null) return waiter.grant(this.#grant(slot, request));
      if (!this.#queue.push(waiter, request.priority, request.client, request.isAccepted)) return reject(queueFull(this.#queue.capacity));
      request.signal.addEventListener("abort", abort, { once: true });
    });
  }

  /** Sends queued requests that may move to look again; those bound to this precision stay. */
  moveQueued(): void {
    for (const waiter of this.#queue.drain()) {
      if (waiter.request.movable) waiter.refuse(new LaneMoved());
      else this.#queue.push(waiter, waiter.request.priority, waiter.request.client, true);
    }
  }

  /** True while somebody uses the model, waits for it or holds a slot of it. */
  get inUse(): boolean {
    return !this.#isUnused();
  }

  /** The model is in use from now on, until {@link leave}. */
  enter(): void {
    this.#users++;
  }

  leave(): void {
    this.#users--;
    this.#tellIfUnused();
  }

  /** Resolves when nobody uses the model, waits for it or holds a slot of it. */
  unused(): Promise<void> {
    return this.#isUnused() ? Promise.resolve() : new Promise((resolve) => this.#onUnused.push(resolve));
  }

  #grant(slot: number, request: LaneRequest): SlotGrant {
    const preempt = new AbortController();
    const holder: Holder = { request, generated: 0, preempt };
    this.#holders.set(slot, holder);
    return { slot, preempted: preempt.signal, grew: (tokens) => { holder.generated += tokens; }, release: (tokens) => this.#release(slot, tokens) };
  }

  /**
   * Whether this request takes a free slot now. It does not where others wait before it, nor where it is better off
   * with the slot of one that is stopping: after each key the request before it is still busy for one step, and its
   * slot holds all but the last token.
   */
  #mayTake(request: LaneRequest): boolean {
    const urgent = isUrgent(request);
    if (!urgent && this.#queue.size > 0) return false;
    const free = this.#pool.choose(request.tokens, urgent);
    const better = this.#stopping(request, free === null ? -1 : free.shared + WORTH_WAITING);
    if (better === null) return true;
    better.preempt.abort();
    return false;
  }

  /** Of the holders that have been cancelled, or must give way to this request, the one whose slot holds most of its prompt: more than `least`. */
  #stopping(request: LaneRequest, least: number): Holder | null {
    let best: Holder | null = null;
    let most = least;
    for (const holder of this.#holders.values()) {
      const gives = holder.request.signal.aborted || (isUrgent(request) && holder.request.priority === "background");
      const shared = gives ? commonPrefix(holder.request.tokens, request.tokens) : -1;
      if (shared > most) [best, most] = [holder, shared];
    }
    return best;
  }

  #release(slot: number, tokens: Uint32Array | undefined): void {
    this.#pool.give(slot, tokens);
    this.#holders.delete(slot);
    this.#serve();
    this.#tellIfUnused();
  }

  #isUnused(): boolean {
    return this.#users === 0 && this.#pool.busy === 0 && this.#queue.size === 0;
  }

  #tellIfUnused(): void {
    if (!this.#isUnused()) return;
    const waiting = this.#onUnused;
    this.#onUnused = [];
    for (const resolve of waiting) resolve();
    this.#onIdle();
  }

  #serve(): void {
    while (this.#queue.size > 0 && this.#pool.busy < this.#pool.size) {
      let slot: number | null = null;
      // The first in order that may have one of the free slots: the slot kept for completion is not for everyone.
      const waiter = this.#queue.shift(({ request }) => (slot = this.#pool.take(request.tokens, isUrgent(request))) !== null);
      if (waiter === undefined || slot === null) return;
      waiter.grant(this.#grant(slot, waiter.request));
    }
  }
}

function isUrgent({ priority }: LaneRequest): boolean {
  return priority === "completion";
}

function queueFull(capacity: number): RetortError {
  return new RetortError({
    code: "queue_full",
    message: `${capacity} requests already wait for this model.`,
    hint: `Try again in ${RETRY_AFTER_S} s, or send fewer requests at once.`,
    status: 429,
    retryAfter: RETRY_AFTER_S,
  });
}
