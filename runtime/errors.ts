/** What a user or program is told when something goes wrong: a stable code, one sentence, and one thing to do. */
export interface ErrorFields {
  /** Stable snake_case identifier, part of the API. */
  code: string;
  /** One sentence: what happened, with the numbers or names that matter. Never a secret. */
  message: string;
  /** One action the reader can take. */
  hint?: string;
  /** HTTP status where the error crosses the API. Default 500. */
  status?: number;
  /** Seconds after which a retry makes sense. */
  retryAfter?: number;
  /** The request field at fault, dotted. */
  param?: string;
}

/** The one error class that crosses a process or module edge. */
export class RetortError extends Error {
  readonly code: string;
  readonly hint: string | undefined;
  readonly status: number;
  readonly retryAfter: number | undefined;
  readonly param: string | undefined;

  constructor(fields: ErrorFields, options?: { cause?: unknown }) {
    super(fields.message, options);
    this.name = "RetortError";
    this.code = fields.code;
    this.hint = fields.hint;
    this.status = fields.status ?? 500;
    this.retryAfter = fields.retryAfter;
    this.param = fields.param;
  }

  /** The plain fields, for JSON and for IPC. */
  fields(): ErrorFields {
    return {
      code: this.code,
      message: this.message,
      status: this.status,
      ...(this.hint === undefined ? {} : { hint: this.hint }),
      ...(this.retryAfter === undefined ? {} : { retryAfter: this.retryAfter }),
      ...(this.param === undefined ? {} : { param: this.param }),
    };
  }
}

/** Any thrown value as a RetortError; what is not one already becomes `internal_error`. */
export function asRetortError(error: unknown): RetortError {
  if (error instanceof RetortError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new RetortError({ code: "internal_error", message, hint: "Please report this with the steps that led to it." }, { cause: error });
}

/** True for the error of an aborted `AbortSignal` and for our own `cancelled`. */
export function isCancelled(error: unknown): boolean {
  if (error instanceof RetortError) return error.code === "cancelled";
  return error instanceof Error && error.name === "AbortError";
}

/** The error that every cancelled request ends with. */
export function cancelled(message = "The request was cancelled."): RetortError {
  return new RetortError({ code: "cancelled", message, status: 499 });
}
