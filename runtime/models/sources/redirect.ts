import { RetortError } from "../../errors.ts";
import { isPrivateHost, type Lookup } from "./address.ts";

const MAX_REDIRECTS = 5;

export interface FollowOptions {
  /** Headers of every request. */
  headers: Record<string, string>;
  /** Sent to the first address's own origin only. */
  authorization?: string;
  fetch: typeof fetch;
  lookup: Lookup;
  signal: AbortSignal;
}

/** The last answer, and what the hub said about the file on the way: its own host knows the hash, the file's host does not. */
export interface Followed {
  response: Response;
  /** `x-linked-etag`, unquoted. */
  linkedEtag?: string;
  /** `x-linked-size`, bytes. */
  linkedSize?: number;
}

/**
 * GET with redirects followed by hand: at most five, http(s) only, never from a public host to a private address.
 * Errors: `redirect_refused`; a failed `fetch` is passed on.
 */
export async function follow(start: URL, options: FollowOptions): Promise<Followed> {
  const followed: Partial<Followed> = {};
  let url = start;
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    const authorization = options.authorization !== undefined && url.origin === start.origin ? { authorization: options.authorization } : {};
    const response = await options.fetch(url, { headers: { ...options.headers, ...authorization }, redirect: "manual", signal: options.signal });
    noteLinked(response.headers, followed);
    const location = response.headers.get("location");
    if (response.status < 300 || response.status >= 400 || response.status === 304 || location === null) return { ...followed, response };
    await response.body?.cancel();
    const next = new URL(location, url);
    await checkRedirect(start, next, options.lookup);
    url = next;
  }
  throw refused(`${start.host} redirects more than ${MAX_REDIRECTS} times`);
}

function noteLinked(headers: Headers, followed: Partial<Followed>): void {
  const etag = headers.get("x-linked-etag");
  const size = Number(headers.get("x-linked-size") ?? Number.NaN);
  if (etag !== null) followed.linkedEtag = etag.replace(/^W\/|"/g, "");
  if (Number.isSafeInteger(size)) followed.linkedSize = size;
}

async function checkRedirect(start: URL, next: URL, lookup: Lookup): Promise<void> {
  if (next.protocol !== "https:" && next.protocol !== "http:") throw refused(`${start.host} redirects to a ${next.protocol} address`);
  if (start.protocol === "https:" && next.protocol === "http:") throw refused(`${start.host} redirects from https to plain http`);
  if (next.host === start.host || (await isPrivateHost(start.hostname, lookup))) return;
  if (await isPrivateHost(next.hostname, lookup)) throw refused(`${start.host} redirects to a private address (${next.hostname})`);
}

function refused(why: string): RetortError {
  return new RetortError({ code: "redirect_refused", message: `${why}; the download was stopped.`, hint: "Check HF_ENDPOINT and any proxy on the way.", status: 502 });
}
