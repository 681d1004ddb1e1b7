import type { FastifyError } from "fastify";

import { RetortError } from "../errors.ts";
import type { ErrorBody } from "./types.ts";

/** Fastify's own errors that a client can cause: our code, status and hint. */
const FASTIFY: Record<string, { code: string; status: number; message: string; hint: string }> = {
  FST_ERR_CTP_BODY_TOO_LARGE: { code: "body_too_large", status: 413, message: "The body is too large.", hint: "Send less at once." },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: { code: "unsupported_media_type", status: 415, message: "The body must be JSON.", hint: "Send the header Content-Type: application/json." },
  FST_ERR_CTP_EMPTY_TYPE: { code: "unsupported_media_type", status: 415, message: "The body must be JSON.", hint: "Send the header Content-Type: application/json." },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: { code: "invalid_request", status: 400, message: "The body is not as long as its Content-Length says.", hint: "Send the whole body." },
  FST_ERR_BAD_URL: { code: "invalid_url", status: 400, message: "The path is not valid.", hint: "Check the percent signs in the URL." },
  FST_ERR_MAX_PARAM_LENGTH: { code: "invalid_url", status: 414, message: "A part of the path is too long.", hint: "Shorten the URL." },
};

/** What a client may read about any error. Errors without a code of ours tell it nothing: their text may hold anything. */
export function publicError(error: unknown): RetortError {
  if (error instanceof RetortError && error.code !== "internal_error") return error;
  const known = FASTIFY[(error as FastifyError | undefined)?.code ?? ""];
  if (known !== undefined) return new RetortError(known, { cause: error });
  return new RetortError({
    code: "internal_error",
    message: "Something went wrong inside the runtime.",
    hint: "The runtime's log has the details. Please report this with the steps that led to it.",
    status: 500,
  }, { cause: error });
}

/** An error in OpenAI's shape, with a hint. */
export function errorBody(error: RetortError): ErrorBody {
  return {
    error: {
      message: error.message,
      type: errorType(error.status),
      code: error.code,
      param: error.param ?? null,
      ...(error.hint === undefined ? {} : { hint: error.hint }),
    },
  };
}

/** Headers that belong to the error. */
export function errorHeaders(error: RetortError): Record<string, string> {
  if (error.retryAfter !== undefined) return { "retry-after": String(Math.ceil(error.retryAfter)) };
  return error.status === 401 ? { "www-authenticate": "Bearer" } : {};
}

function errorType(status: number): string {
  if (status === 401) return "authentication_error";
  if (status === 403) return "permission_error";
  if (status === 429) return "rate_limit_error";
  return status < 500 ? "invalid_request_error" : "server_error";
}
