import type { Lease } from "../api/types.ts";
import type { Disposable } from "../dispose.ts";
import { type Endpoint, HttpConnection } from "./http-connection.ts";

/** Renewals within one lifetime of a lease, so that one lost request does no harm. */
const RENEWALS_PER_LIFETIME = 3;

/** Holds a lease on a runtime: while it is renewed, the runtime does not end for idleness. Never keeps its own process alive. */
export class LeaseKeeper implements Disposable {
  readonly #connection: HttpConnection;
  #lease: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  #disposed = false;

  constructor(endpoint: Endpoint) {
    this.#connection = new HttpConnection({ endpoint });
  }

  /** Takes the lease. Rejects when the runtime cannot be reached. */
  async start(): Promise<void> {
    const { lease, ttl_s } = await this.#connection.json<Lease>("POST", "/retort/lease", {});
    if (this.#disposed) return;
    this.#lease = lease;
    this.#timer = setInterval(() => void this.#renew(), (ttl_s * 1000) / RENEWALS_PER_LIFETIME);
    this.#timer.unref();
  }

  async dispose(): Promise<void> {
    if (this.#disposed) return;
    this.#disposed = true;
    clearInterval(this.#timer);
    if (this.#lease !== undefined) await this.#quietly("/retort/release", { lease: this.#lease });
    this.#connection.dispose();
  }

  async #renew(): Promise<void> {
    await this.#quietly("/retort/lease", { lease: this.#lease });
  }

  /** A runtime that is gone needs no lease; the next request finds or starts another one and takes a new lease. */
  async #quietly(path: string, body: object): Promise<void> {
    await this.#connection.json("POST", path, body).catch(() => undefined);
  }
}
