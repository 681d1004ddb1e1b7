import { createHmac, getHashes, timingSafeEqual } from "node:crypto";
import { RetortError } from "../../runtime/errors.ts";
import { isJsonObject, type Header, type Json, type Message } from "./message.ts";

const DELIMITER = Buffer.from("<IDS|MSG>");
/** Signature, header, parent header, metadata, content. */
const FIXED_FRAMES = 5;
/** Signatures remembered to refuse a replayed message: as many as ipykernel keeps. */
const MAX_SEEN_SIGNATURES = 65_536;

export type Decoded = { ok: true; message: Message } | { ok: false; reason: string };

/** Turns messages into frames and back: JSON, HMAC signature, refusal of replays. No sockets. */
export class Codec {
  readonly #algorithm: string;
  readonly #key: string;
  readonly #seen = new Set<string>();

  /** @param key empty: messages are neither signed nor checked. @param scheme `hmac-` and a digest's name. */
  constructor(key: string, scheme = "hmac-sha256") {
    this.#algorithm = scheme.replace(/^hmac-/, "");
    if (!scheme.startsWith("hmac-") || !getHashes().includes(this.#algorithm)) {
      throw new RetortError({
        code: "unknown_signature_scheme",
        message: `The connection file asks for the signature scheme '${scheme}', which is not known.`,
        hint: "Use hmac-sha256.",
      });
    }
    this.#key = key;
  }

  /** Frames of `message`. Throws TypeError when its content is circular or holds a BigInt. */
  encode(message: Message): Uint8Array[] {
    const parts = [message.header, message.parent, message.metadata, message.content].map((part) => Buffer.from(JSON.stringify(part)));
    return [...message.identities, DELIMITER, Buffer.from(this.#sign(parts)), ...parts, ...message.buffers];
  }

  /** The message in `frames`, or why they hold none. Never throws. */
  decode(frames: readonly Buffer[]): Decoded {
    const delimiter = frames.findIndex((frame) => frame.equals(DELIMITER));
    if (delimiter < 0) return { ok: false, reason: "no delimiter frame" };
    const [signature, ...parts] = frames.slice(delimiter + 1, delimiter + 1 + FIXED_FRAMES);
    if (signature === undefined || parts.length < FIXED_FRAMES - 1) return { ok: false, reason: "too few frames" };
    const refused = this.#refuse(signature, parts);
    if (refused !== undefined) return { ok: false, reason: refused };
    const objects = parts.map(parseObject);
    const [header, parent, metadata, content] = objects;
    if (!header || !parent || !metadata || !content) return { ok: false, reason: "a frame is not a JSON object" };
    const complete = completeHeader(header);
    if (complete === undefined) return { ok: false, reason: "the header lacks msg_id or msg_type" };
    return {
      ok: true,
      message: {
        identities: frames.slice(0, delimiter),
        header: complete,
        parent: completeHeader(parent) ?? {},
        metadata,
        content,
        buffers: frames.slice(delimiter + 1 + FIXED_FRAMES),
      },
    };
  }

  #sign(parts: readonly Uint8Array[]): string {
    if (this.#key === "") return "";
    const hmac = createHmac(this.#algorithm, this.#key);
    for (const part of parts) hmac.update(part);
    return hmac.digest("hex");
  }

  #refuse(signature: Buffer, parts: readonly Buffer[]): string | undefined {
    if (this.#key === "") return undefined;
    const expected = Buffer.from(this.#sign(parts));
    if (signature.length !== expected.length || !timingSafeEqual(signature, expected)) return "wrong signature";
    const digest = expected.toString();
    if (this.#seen.has(digest)) return "replayed message";
    this.#seen.add(digest);
    if (this.#seen.size > MAX_SEEN_SIGNATURES) this.#forgetOldest();
    return undefined;
  }

  #forgetOldest(): void {
    for (const oldest of this.#seen) {
      this.#seen.delete(oldest);
      return;
    }
  }
}

function parseObject(frame: Buffer): Json | undefined {
  try {
    const value: unknown = JSON.parse(frame.toString("utf8"));
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined; // The caller reports the frame as malformed.
  }
}

/** A header with every field of the right type, or undefined where its essentials are missing (as in an empty parent). */
function completeHeader(raw: Json): Header | undefined {
  if (typeof raw.msg_id !== "string" || typeof raw.msg_type !== "string") return undefined;
  return {
    ...raw,
    msg_id: raw.msg_id,
    msg_type: raw.msg_type,
    session: text(raw.session),
    username: text(raw.username),
    date: text(raw.date),
    version: text(raw.version),
    ...(raw.subshell_id === undefined ? {} : { subshell_id: typeof raw.subshell_id === "string" ? raw.subshell_id : null }),
  };
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
