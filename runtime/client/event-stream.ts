import type { IncomingMessage } from "node:http";
import { StringDecoder } from "node:string_decoder";

import { createParser } from "eventsource-parser";

import { cancelled, RetortError } from "../errors.ts";
import { nowMs } from "../timing.ts";
import { connectionError, eventError } from "./client-errors.ts";
import { isFields } from "./fields.ts";

/** Longest single event that is accepted. */
const MAX_EVENT_CHARS = 16 * 1024 * 1024;
/** Longest stream that is read to its end. A reply is kept whole, so a server that never ends one would fill the memory. */
const MAX_STREAM_BYTES = 256 * 1024 * 1024;

/**
 * Reads server-sent events whose data is JSON and passes each to `onEvent` with its arrival time (monotonic ms).
 * Resolves at `[DONE]` or at the end of the body: true when `[DONE]` was seen. An `error` object rejects.
 */
export function readEvents<T>(message: IncomingMessage, url: string, onEvent: (event: T, at: number) => void, signal?: AbortSignal): Promise<boolean> {
  return new Promise((resolve, reject) => {
    let done = false;
    const fail = (error: unknown): void => {
      reject(signal?.aborted === true ? cancelled() : error instanceof RetortError ? error : connectionError(url, error));
      message.destroy();
    };
    const parser = createParser({
      maxBufferSize: MAX_EVENT_CHARS,
      onEvent: ({ data }) => {
        if (done) return;
        if (data === "[DONE]") done = true;
        else onEvent(parseEvent<T>(data, url), nowMs());
      },
      onError: (error) => {
        if (error.type === "max-buffer-size-exceeded") throw badStream(url, "an event is too long");
      },
    });
    const decoder = new StringDecoder("utf8");
    let bytes = 0;
    message.on("data", (chunk: Buffer) => {
      try {
        bytes += chunk.length;
        if (bytes > MAX_STREAM_BYTES) throw badStream(url, "it is too long");
        parser.feed(decoder.write(chunk));
      } catch (error) {
        fail(error);
      }
    });
    message.once("end", () => resolve(done));
    message.once("error", fail);
    message.once("aborted", () => fail(new Error("aborted")));
  });
}

function parseEvent<T>(data: string, url: string): T {
  let event: unknown;
  try {
    event = JSON.parse(data);
  } catch {
    throw badStream(url, "an event is not JSON");
  }
  if (!isFields(event)) throw badStream(url, "an event is not an object");
  const error = eventError(event);
  if (error !== null) throw error;
  return event as T;
}

function badStream(url: string, why: string): RetortError {
  return new RetortError({
    code: "bad_response",
    message: `The stream from ${url} cannot be read: ${why}.`,
    hint: "Check that the URL is that of an OpenAI-compatible server.",
    status: 502,
  });
}
