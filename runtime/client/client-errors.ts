import type { IncomingMessage } from "node:http";

import { RetortError, type ErrorFields } from "../errors.ts";
import { isFields } from "./fields.ts";
import { retryAfterSeconds } from "./retry-after.ts";

const SEND_AGAIN = "Send the request again; if it repeats, look at the server's log.";

/** Socket and TLS failures by their Node code: what to tell, and what to do. */
const NETWORK: Record<string, Pick<ErrorFields, "code" | "hint"> & { what: string }> = {
  ECONNREFUSED: { code: "connection_refused", what: "Nothing listens at", hint: "Start the server, or check host and port." },
  ENOENT: { code: "connection_refused", what: "Nothing listens at", hint: "Start the server, or check host and port." },
  ENOTFOUND: { code: "dns_failed", what: "The host name is not known:", hint: "Check the spelling of the host and the network connection." },
  EAI_AGAIN: { code: "dns_failed", what: "The host name cannot be looked up now:", hint: "Check the network connection." },
  ETIMEDOUT: { code: "connection_timeout", what: "No answer in time from", hint: "Check that the host can be reached from here." },
  EHOSTUNREACH: { code: "host_unreachable", what: "There is no route to", hint: "Check that the host can be reached from here." },
  ENETUNREACH: { code: "host_unreachable", what: "There is no route to", hint: "Check the network connection." },
};

/** The error of a connection that was never made, or that broke. */
export function connectionError(url: string, cause: unknown): RetortError {
  const code = (cause as NodeJS.ErrnoException | undefined)?.code ?? "";
  const known = NETWORK[code];
  if (known !== undefined) return new RetortError({ code: known.code, message: `${known.what} ${url}.`, hint: known.hint ?? "", status: 502 }, { cause });
  if (/CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO_VERIFY/.test(code)) {
    return new RetortError({
      code: "tls_error",
      message: `No trusted connection to ${url} (${code}).`,
      hint: "Check the certificate; a private authority is made known with NODE_EXTRA_CA_CERTS.",
      status: 502,
    }, { cause });
  }
  return new RetortError({
    code: "connection_lost",
    message: `The connection to ${url} broke${code === "" ? "" : ` (${code})`}.`,
    hint: SEND_AGAIN,
    status: 502,
  }, { cause });
}

/** The error of a reply that is not 2xx, in OpenAI's shape, in FastAPI's, or in none. */
export function responseError(url: string, message: Pick<IncomingMessage, "statusCode" | "headers">, text: string): RetortError {
  const status = message.statusCode ?? 0;
  const retryAfter = retryAfterSeconds(message.headers, Date.now());
  const fields = { ...errorFields(parse(text), status, url), status };
  return new RetortError(retryAfter === null ? fields : { ...fields, retryAfter });
}

/** The error object of an SSE event, or null where the event is none. */
export function eventError(event: unknown): RetortError | null {
  if (typeof event !== "object" || event === null || !("error" in event) || event.error === null) return null;
  return new RetortError(errorFields(event, 502, "The server"));
}

/** Enough to read. Servers put prompts, pages and whole programs into their errors. */
const MAX_TEXT_CHARS = 2000;
/** Only the user cancels. */
const OWN_CODES = new Set(["cancelled"]);

const HINTS: Record<number, string> = {
  401: "Check the key.",
  403: "Check the key's rights and the server's list of allowed hosts.",
  404: "Check the URL and the model's name; the server lists its models under /v1/models.",
  429: "Wait, then try again.",
};

function errorFields(body: unknown, status: number, url: string): ErrorFields {
  const error = isFields(body) ? body.error : undefined;
  if (isFields(error)) {
    return {
      code: codeOf(error.code) ?? `http_${status}`,
      message: typeof error.message === "string" ? shorten(error.message) : `${url} answered with an error.`,
      status,
      ...(typeof error.hint === "string" ? { hint: shorten(error.hint) } : withHint(status)),
      ...(typeof error.param === "string" ? { param: shorten(error.param) } : {}),
    };
  }
  // Ollama's own routes and LM Studio write the error as a text alone, FastAPI as `detail`.
  const detail = isFields(body) ? [error, body.detail, body.message].find((each) => typeof each === "string") : undefined;
  return {
    code: `http_${status}`,
    message: `${url} answered with status ${status}${typeof detail === "string" ? `: ${shorten(detail)}` : ""}.`,
    status,
    ...withHint(status),
  };
}

/** A code that a server may give: a word, and none of those that say something of this program. */
function codeOf(code: unknown): string | null {
  return typeof code === "string" && /^[\w.-]{1,64}$/.test(code) && !OWN_CODES.has(code) ? code : null;
}

function shorten(text: string): string {
  return text.length <= MAX_TEXT_CHARS ? text : `${text.slice(0, MAX_TEXT_CHARS)}…`;
}

function withHint(status: number): { hint?: string } {
  const hint = HINTS[status];
  return hint === undefined ? {} : { hint };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/**
 * A stream that ended without a final marker: whatever came is only a part. A `silent` one had nothing in it, as where
 * a server begins its reply before it looks at the request (llama-cpp-python).
 */
export function streamCut(url: string, silent: boolean): RetortError {
  return new RetortError({
    code: "stream_cut",
    message: silent ? `The server at ${url} ended its reply without a word.` : `The stream from ${url} ended before the reply was complete.`,
    hint: silent ? "Shorten the prompt: it may be too long for the server's context. The server's log says more." : SEND_AGAIN,
    status: 502,
  });
}
