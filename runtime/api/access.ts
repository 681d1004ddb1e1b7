import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";
import { hostname } from "node:os";

import { RetortError } from "../errors.ts";

export interface AccessSettings {
  /** Accepted bearer tokens; null accepts any or none, which is for loopback only. */
  keys: readonly string[] | null;
  /** Address the server listens on. */
  host: string;
  /** Host names accepted in the Host header beside the address itself (`--allow-host`). */
  allowedHosts: readonly string[];
  /** Web origins that may call (`--allow-origin`). */
  allowedOrigins: readonly string[];
}

const LOOPBACK = new Set(["127.0.0.1", "::1", "localhost"]);
const KEY_PARAMETERS = ["key", "api_key", "api-key", "apikey", "token", "access_token"];

/** True for an address that only this machine can reach. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.has(host) || /^127\.\d+\.\d+\.\d+$/.test(host);
}

/** Decides who may talk to the server. Throws; the caller passes on every request, whatever its route. */
export class AccessRules {
  readonly #settings: AccessSettings;
  readonly #digests: readonly Buffer[] | null;

  constructor(settings: AccessSettings) {
    this.#settings = settings;
    this.#digests = settings.keys?.map(digest) ?? null;
  }

  /** A web page can make a browser call loopback under the page's own host name, so the name must be one of ours. */
  checkHost(request: IncomingMessage): void {
    // Whoever stands between client and server may look at another one than we do.
    if ((request.headersDistinct.host ?? []).length > 1) {
      throw new RetortError({ code: "several_hosts", message: "The request has several Host headers.", hint: "Send one.", status: 400 });
    }
    const name = hostName(request.headers.host ?? "");
    if (this.#isOwnName(name)) return;
    throw new RetortError({
      code: "host_not_allowed",
      message: "The Host header is not one of this server's names.",
      hint: "Call it by its address, or start it with --allow-host NAME.",
      status: 403,
    });
  }

  /** The origin to name in the reply's CORS header; null when the request comes from no web page, or from the server's own. Goes after `checkHost`. */
  checkOrigin(request: IncomingMessage): string | null {
    const origin = request.headers.origin;
    // The host is one of ours by now, so a page of the same host and port is the server's own.
    if (origin === undefined || isOrigin(origin, request.headers.host)) return null;
    if (this.#settings.allowedOrigins.includes(origin)) return origin;
    throw new RetortError({
      code: "origin_not_allowed",
      message: "Web pages of this origin may not call the server.",
      hint: "Start it with --allow-origin ORIGIN if you trust that page.",
      status: 403,
    });
  }

  checkKey(request: IncomingMessage): void {
    if (hasKeyInQuery(request.url ?? "")) {
      throw new RetortError({
        code: "key_in_query",
        message: "A key in the URL ends up in logs and is not accepted.",
        hint: "Send the header Authorization: Bearer KEY.",
        status: 400,
      });
    }
    const given = request.headersDistinct.authorization ?? [];
    if (given.length > 1) {
      throw new RetortError({ code: "several_keys", message: "The request has several Authorization headers.", hint: "Send one.", status: 400 });
    }
    if (this.#digests === null) return;
    const token = /^Bearer +(\S+)$/i.exec(given[0] ?? "")?.[1];
    if (token !== undefined && this.#isKey(token)) return;
    throw new RetortError({
      code: "invalid_api_key",
      message: token === undefined ? "The request has no bearer token." : "The key is wrong.",
      hint: "Send the header Authorization: Bearer KEY with the key that the server was started with.",
      status: 401,
    });
  }

  #isOwnName(name: string): boolean {
    const { host, allowedHosts } = this.#settings;
    if (LOOPBACK.has(name) || name === host || allowedHosts.includes(name)) return true;
    // Rebinding needs a name. A server open to a network may be called by any of its addresses.
    return !isLoopback(host) && (isIP(name) !== 0 || name === hostname().toLowerCase());
  }

  /** Every key is compared whole, so that time tells nothing about how much of it was right. */
  #isKey(token: string): boolean {
    const given = digest(token);
    let matches = 0;
    for (const known of this.#digests ?? []) matches += timingSafeEqual(known, given) ? 1 : 0;
    return matches > 0;
  }
}

function digest(key: string): Buffer {
  return createHash("sha256").update(key).digest();
}

/** True for a web page from `host`. Whether it came by TLS, which a proxy in front may speak, makes no difference. */
function isOrigin(origin: string, host: string | undefined): boolean {
  const name = /^https?:\/\/(.+)$/.exec(origin)?.[1];
  return name !== undefined && name === host?.toLowerCase();
}

/** `LocalHost:8000` → `localhost`, `[::1]:8000` → `::1`. */
function hostName(header: string): string {
  const bracketed = /^\[([^\]]+)\](:\d+)?$/.exec(header)?.[1];
  return (bracketed ?? header.replace(/:\d+$/, "")).toLowerCase();
}

function hasKeyInQuery(url: string): boolean {
  const query = url.indexOf("?");
  if (query < 0) return false;
  const parameters = new URLSearchParams(url.slice(query + 1));
  return KEY_PARAMETERS.some((name) => parameters.has(name));
}
