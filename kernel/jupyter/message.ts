import { randomUUID } from "node:crypto";

/** The protocol version that this kernel and its client speak. */
export const PROTOCOL_VERSION = "5.5";

export type Json = Record<string, unknown>;

export interface Header {
  msg_id: string;
  session: string;
  username: string;
  /** ISO 8601. */
  date: string;
  msg_type: string;
  version: string;
  /** Shell messages only (JEP 91): null or absent is the main shell. */
  subshell_id?: string | null;
}

/** One Jupyter message, without its signature. */
export interface Message {
  /** Routing frames before the delimiter: the peer's identity on a ROUTER, the topic on iopub. */
  identities: Uint8Array[];
  header: Header;
  /** Header of the request this message belongs to; empty where there is none. */
  parent: Header | Record<string, never>;
  metadata: Json;
  content: Json;
  /** Binary frames after the signed parts. */
  buffers: Uint8Array[];
}

/** The parts of a message that its sender chooses; the rest has defaults. */
export interface MessageDraft {
  type: string;
  session: string;
  content: Json;
  parent?: Header | Record<string, never>;
  identities?: Uint8Array[];
  metadata?: Json;
  buffers?: Uint8Array[];
  subshell?: string | null;
}

/** A message with a fresh header. */
export function newMessage(draft: MessageDraft): Message {
  return {
    identities: draft.identities ?? [],
    header: {
      msg_id: randomUUID(),
      session: draft.session,
      username: "retort",
      date: new Date().toISOString(),
      msg_type: draft.type,
      version: PROTOCOL_VERSION,
      ...(draft.subshell === undefined ? {} : { subshell_id: draft.subshell }),
    },
    parent: draft.parent ?? {},
    metadata: draft.metadata ?? {},
    content: draft.content,
    buffers: draft.buffers ?? [],
  };
}

/** True for a plain JSON object. */
export function isJsonObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
