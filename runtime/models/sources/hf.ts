import { open, statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { RetortError, cancelled } from "../../errors.ts";
import { diskFull, fileError } from "../file-error.ts";
import { systemLookup, type Lookup } from "./address.ts";
import { TransientError, networkError, statusError } from "./hub-errors.ts";
import { follow, type Followed } from "./redirect.ts";
import { forgetPart, readPart, strongEtag, writePartIdentity, type Part, type PartIdentity } from "./resume.ts";
import type { FetchRequest, FetchResult, Source } from "./source.ts";
import { StallTimer } from "./stall-timer.ts";
import { parseHfUri } from "./uri.ts";

const DEFAULT_ENDPOINT = "https://huggingface.co";
const MAX_ATTEMPTS = 6;
const FIRST_BACKOFF_MS = 500;
/** A server that asks for a longer pause is obeyed by stopping. */
const MAX_WAIT_MS = 60_000;
const STALL_MS = 30_000;
const GGUF_MAGIC = "GGUF";
const SHA256 = /^[0-9a-f]{64}$/;

export interface HfOptions {
  env: NodeJS.ProcessEnv;
  lookup?: Lookup;
  /** Waits between attempts. Tests pass one that does not. */
  sleep?: (ms: number, signal: AbortSignal) => Promise<unknown>;
  /** A transfer without a byte for this long has stalled, ms. */
  stallMs?: number;
}

/** The Hugging Face hub, or a mirror of it at HF_ENDPOINT: resumes, retries what can pass, and trusts nothing it is sent. */
export class HfSource implements Source {
  readonly scheme = "hf";
  readonly #env: NodeJS.ProcessEnv;
  readonly #endpoint: string;
  readonly #lookup: Lookup;
  readonly #sleep: (ms: number, signal: AbortSignal) => Promise<unknown>;
  readonly #stallMs: number;

  constructor(options: HfOptions) {
    this.#env = options.env;
    this.#endpoint = (options.env.HF_ENDPOINT || DEFAULT_ENDPOINT).replace(/\/+$/, "");
    this.#lookup = options.lookup ?? systemLookup;
    this.#sleep = options.sleep ?? ((ms, signal) => delay(ms, undefined, { signal }));
    this.#stallMs = options.stallMs ?? STALL_MS;
  }

  async fetch(request: FetchRequest): Promise<FetchResult> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#attempt(request);
      } catch (error) {
        if (request.signal.aborted) throw cancelled("The download was cancelled. Run it again to go on where it stopped.");
        if (!(error instanceof TransientError)) throw fileError(error, request.to);
        const wait = error.waitMs ?? FIRST_BACKOFF_MS * 2 ** (attempt - 1);
        if (attempt >= MAX_ATTEMPTS || wait > MAX_WAIT_MS) throw error.final;
        await this.#pause(wait, request.signal);
      }
    }
  }

  async #pause(ms: number, signal: AbortSignal): Promise<void> {
    try {
      await this.#sleep(ms, signal);
    } catch (error) {
      throw signal.aborted ? cancelled("The download was cancelled.") : error;
    }
  }

  async #attempt(request: FetchRequest): Promise<FetchResult> {
    const { repo, file } = parseHfUri(request.uri);
    const part = await readPart(request.to, request.uri);
    const stall = new StallTimer(this.#stallMs, request.signal);
    try {
      const followed = await this.#ask(`${repo}/resolve/main/${file}`, part, stall.signal, request.uri);
      const { response, linkedEtag } = followed;
      if (response.status !== 200 && response.status !== 206) {
        await response.body?.cancel();
        if (response.status === 416) throw await restart(request);
        throw statusError(response, request.uri, this.#endpoint, repo);
      }
      const identity = identify(request.uri, followed);
      const start = await this.#startByte(request, response, part, identity);
      await this.#write(request, response, start, identity.total, stall);
      await forgetPart(request.to);
      return linkedEtag !== undefined && SHA256.test(linkedEtag) ? { sha256: linkedEtag } : {};
    } finally {
      stall.stop();
    }
  }

  async #ask(path: string, part: Part | undefined, signal: AbortSignal, uri: string): Promise<Followed> {
    const url = new URL(`${this.#endpoint}/${path.split("/").map(encodeURIComponent).join("/")}`);
    const token = this.#env.HF_TOKEN?.trim();
    const etag = part === undefined ? undefined : strongEtag(part);
    const range: Record<string, string> = part === undefined || etag === undefined ? {} : { range: `bytes=${part.bytes}-`, "if-range": etag };
    try {
      return await follow(url, {
        headers: { "accept-encoding": "identity", "user-agent": "retort", ...range },
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        fetch,
        lookup: this.#lookup,
        signal,
      });
    } catch (error) {
      throw error instanceof RetortError ? error : networkError(error, uri, this.#env);
    }
  }

  /** Where the body's first byte belongs: 0, or the end of the part when the server really goes on with the same file. */
  async #startByte(request: FetchRequest, response: Response, part: Part | undefined, identity: PartIdentity): Promise<number> {
    const encoding = response.headers.get("content-encoding");
    if (encoding !== null && encoding !== "identity") {
      await response.body?.cancel();
      throw damaged("compressed_transfer", `${request.uri} came compressed (${encoding}), which hides its size and hash.`);
    }
    const wanted = request.bytes ?? identity.total;
    const announced = announcedTotal(response) ?? identity.total;
    if (announced !== wanted && announced !== undefined) {
      await response.body?.cancel();
      throw damaged("wrong_length", `${request.uri} has ${announced} bytes; ${wanted} were expected.`);
    }
    const start = response.status === 206 ? contentRange(response)?.start : 0;
    if (start === undefined || (start !== 0 && !continues(part, start, identity))) {
      await response.body?.cancel();
      throw await restart(request);
    }
    if (start === 0) await writePartIdentity(request.to, identity);
    await checkSpace(request.to, identity.total, start);
    return start;
  }

  async #write(request: FetchRequest, response: Response, start: number, total: number | undefined, stall: StallTimer): Promise<void> {
    const file = await open(request.to, start === 0 ? "w" : "a");
    let done = start;
    try {
      for await (const chunk of body(response, request.uri, this.#env)) {
        stall.touch();
        if (done === 0) checkMagic(chunk, request.uri);
        await file.writeFile(chunk);
        done += chunk.length;
        request.onProgress({ step: "download", done, total: total ?? null, unit: "bytes" });
      }
    } finally {
      await file.close();
    }
    if (total !== undefined && done !== total) throw networkError(new Error(`the connection ended after ${done} of ${total} bytes`), request.uri, this.#env);
    if (request.bytes !== undefined && done !== request.bytes) throw damaged("wrong_length", `${request.uri} has ${done} bytes; ${request.bytes} were expected.`);
  }
}

async function* body(response: Response, uri: string, env: NodeJS.ProcessEnv): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of response.body ?? []) yield chunk as Uint8Array;
  } catch (error) {
    throw networkError(error, uri, env);
  }
}

function identify(uri: string, { response, linkedEtag, linkedSize }: Followed): PartIdentity {
  const total = linkedSize ?? announcedTotal(response);
  const etag = response.headers.get("etag");
  return { uri, ...(etag === null ? {} : { etag }), ...(linkedEtag === undefined ? {} : { linkedEtag }), ...(total === undefined ? {} : { total }) };
}

/** The whole file's size by the host that serves it. */
function announcedTotal(response: Response): number | undefined {
  if (response.status === 206) return contentRange(response)?.total;
  const length = response.headers.get("content-length");
  return length === null ? undefined : Number(length);
}

/** True when the answer starts where the part ends, in the same file. */
function continues(part: Part | undefined, start: number, identity: PartIdentity): boolean {
  return part !== undefined && start === part.bytes && identity.etag === part.etag && identity.linkedEtag === part.linkedEtag;
}

function contentRange(response: Response): { start: number; total: number } | undefined {
  const [, start, total] = /^bytes (\d+)-\d+\/(\d+)$/.exec(response.headers.get("content-range") ?? "") ?? [];
  return start === undefined ? undefined : { start: Number(start), total: Number(total) };
}

/** Gives up the part; the next attempt starts from the first byte. */
async function restart(request: FetchRequest): Promise<TransientError> {
  await forgetPart(request.to);
  return new TransientError(damaged("file_changed", `${request.uri} changed while it was being downloaded.`), 0);
}

async function checkSpace(path: string, total: number | undefined, done: number): Promise<void> {
  if (total === undefined) return;
  const { bavail, bsize } = await statfs(dirname(path));
  if (total - done > bavail * bsize) throw diskFull(path, total - done, bavail * bsize);
}

/** A login or error page that comes with status 200 is told by its first bytes, before it is kept. */
function checkMagic(first: Uint8Array, uri: string): void {
  const start = Buffer.from(first.subarray(0, GGUF_MAGIC.length)).toString("latin1");
  if (GGUF_MAGIC.startsWith(start) && start !== "") return;
  throw damaged("not_gguf", `${uri} is not a GGUF file${start.startsWith("<") ? " but a web page" : ""}.`, "Check HF_ENDPOINT, and whether a login page or proxy answers in the hub's place.");
}

function damaged(code: string, message: string, hint = "Try again later, or take another source of the model."): RetortError {
  return new RetortError({ code, message, hint, status: 502 });
}
