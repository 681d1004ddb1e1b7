import { RetortError } from "../../errors.ts";

/** A failure after which another attempt makes sense. */
export class TransientError extends Error {
  /** What the user is told when no attempt is left. */
  readonly final: RetortError;
  /** The server's own wish, ms. */
  readonly waitMs: number | undefined;

  constructor(final: RetortError, waitMs?: number) {
    super(final.message);
    this.final = final;
    this.waitMs = waitMs;
  }
}

const TLS_CODE = /CERT|SIGNATURE|TLS|SSL|^UNABLE_TO_/;
/** No name, no listener, no route: trying again at once does not help. */
const UNREACHABLE = ["ENOTFOUND", "ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH"];
const HTTP_TOO_MANY = 429;
const MS_PER_S = 1000;

/** The error of an answer that brings no file. */
export function statusError(response: Response, uri: string, endpoint: string, repo: string): Error {
  const { status } = response;
  if (status === 401 || status === 403) {
    return new RetortError({
      code: "hub_permission",
      message: `${uri} may not be downloaded without permission (HTTP ${status}).`,
      hint: `Accept the licence on ${endpoint}/${repo}, then set HF_TOKEN to a token of yours that may read it.`,
      status,
    });
  }
  if (status === 404) {
    return new RetortError({ code: "hub_not_found", message: `${uri} does not exist (HTTP 404).`, hint: `See which files ${endpoint}/${repo}/tree/main has.`, status: 404 });
  }
  if (status === HTTP_TOO_MANY) return rateLimited(uri, response.headers.get("retry-after"));
  const error = new RetortError({ code: "hub_error", message: `The hub answered with HTTP ${status} for ${uri}.`, hint: "Try again later; a started download goes on where it stopped.", status: 502 });
  return status >= 500 ? new TransientError(error) : error;
}

function rateLimited(uri: string, header: string | null): TransientError {
  const seconds = retryAfterSeconds(header, Date.now());
  const retry = seconds === undefined ? {} : { retryAfter: seconds };
  const final = new RetortError({ code: "rate_limited", message: `The hub limits requests for ${uri} (HTTP 429).`, hint: "Wait, then run the command again; HF_TOKEN raises the limit.", status: 429, ...retry });
  return new TransientError(final, seconds === undefined ? undefined : seconds * MS_PER_S);
}

/** Seconds of a Retry-After header: a number, or a date after `now` (ms since 1970). */
export function retryAfterSeconds(header: string | null, now: number): number | undefined {
  if (header === null) return undefined;
  if (/^\d+$/.test(header.trim())) return Number(header);
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, Math.ceil((at - now) / MS_PER_S));
}

/** A failed `fetch` or a broken body. TLS trouble does not go away by trying again, nor does an unreachable host. */
export function networkError(error: unknown, uri: string, env: NodeJS.ProcessEnv): Error {
  const cause = (error as { cause?: unknown }).cause;
  const code = ((cause ?? error) as NodeJS.ErrnoException).code ?? "";
  const detail = code || (cause instanceof Error ? cause.message : (error as Error).message);
  if (TLS_CODE.test(code)) {
    return new RetortError(
      { code: "tls_error", message: `The connection for ${uri} is not trusted (${code}).`, hint: "If a company proxy inspects TLS, set NODE_EXTRA_CA_CERTS to its certificate file.", status: 502 },
      { cause: error },
    );
  }
  const final = new RetortError({ code: "network_error", message: `${uri} could not be downloaded (${detail}).`, hint: proxyHint(env) ?? "Check the network and run the command again; the download goes on where it stopped.", status: 502 }, { cause: error });
  return UNREACHABLE.includes(code) ? final : new TransientError(final);
}

/** This Node's own fetch ignores the proxy variables, which surprises everybody behind one. */
function proxyHint(env: NodeJS.ProcessEnv): string | undefined {
  const name = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"].find((key) => env[key]);
  if (name === undefined || env.NODE_USE_ENV_PROXY === "1") return undefined;
  return `${name} is set, but Node's fetch does not use it by itself: run with Node 24 or newer and NODE_USE_ENV_PROXY=1, set HF_ENDPOINT to a mirror, or download the file with another tool and use file:/path.`;
}
