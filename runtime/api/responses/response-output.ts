import type { ReasoningPiece } from "../../models/reasoning.ts";
import type { ToolCall } from "../types.ts";
import { newId } from "../usage.ts";

type Json = Record<string, unknown>;

/** Takes an event of a response's stream: its type, and its fields without the number. */
export type Emit = (type: string, fields: Json) => void;

interface OpenItem {
  kind: ReasoningPiece["kind"];
  id: string;
  text: string;
}

/** What the two kinds of text are called. */
const NAMES = {
  thinking: { event: "response.reasoning_text", part: "reasoning_text" },
  answer: { event: "response.output_text", part: "output_text" },
} as const;

/** Builds the output items of a response, and says each step of it as an event. */
export class ResponseOutput {
  readonly items: Json[] = [];
  readonly #emit: Emit;
  #open: OpenItem | null = null;
  /** White space at the start of an answer: of one before a call nothing is shown. */
  #blank = "";

  constructor(emit: Emit) {
    this.#emit = emit;
  }

  push({ kind, text }: ReasoningPiece): void {
    if (this.#open?.kind !== kind) {
      if (kind === "answer" && (this.#blank + text).trim() === "") {
        this.#blank += text;
        return;
      }
      this.#close("completed");
      this.#begin(kind);
    }
    this.#add(kind === "answer" ? this.#blank + text : text);
    if (kind === "answer") this.#blank = "";
  }

  /** The reply has ended: with these calls, or too early. A reply without anything is an empty message. */
  end(calls: readonly ToolCall[], isCut: boolean): void {
    const last = isCut ? "incomplete" : "completed";
    if (calls.length === 0 && this.#blank !== "" && this.#open?.kind !== "answer") {
      this.#close("completed");
      this.#begin("answer");
      this.#add(this.#blank);
    }
    this.#close(last);
    for (const call of calls) this.#call(call);
    if (this.items.length === 0) {
      this.#begin("answer");
      this.#close(last);
    }
  }

  #begin(kind: OpenItem["kind"]): void {
    const item: OpenItem = { kind, id: newId(kind === "answer" ? "msg" : "rs"), text: "" };
    this.#open = item;
    this.#emit("response.output_item.added", { output_index: this.items.length, item: itemOf(item, "in_progress", []) });
    this.#emit("response.content_part.added", { ...this.#place(item), part: partOf(kind, "") });
  }

  #add(text: string): void {
    if (this.#open === null || text === "") return;
    this.#open.text += text;
    this.#emit(`${NAMES[this.#open.kind].event}.delta`, { ...this.#place(this.#open), delta: text, ...logprobsOf(this.#open.kind) });
  }

  #close(status: "completed" | "incomplete"): void {
    const item = this.#open;
    if (item === null) return;
    this.#open = null;
    const part = partOf(item.kind, item.text);
    this.#emit(`${NAMES[item.kind].event}.done`, { ...this.#place(item), text: item.text, ...logprobsOf(item.kind) });
    this.#emit("response.content_part.done", { ...this.#place(item), part });
    this.#done(itemOf(item, status, [part]));
  }

  #call({ id, function: { name, arguments: text } }: ToolCall): void {
    const item = { id: newId("fc"), type: "function_call", call_id: id, name };
    const place = { item_id: item.id, output_index: this.items.length };
    this.#emit("response.output_item.added", { output_index: this.items.length, item: { ...item, arguments: "", status: "in_progress" } });
    this.#emit("response.function_call_arguments.delta", { ...place, delta: text });
    this.#emit("response.function_call_arguments.done", { ...place, name, arguments: text });
    this.#done({ ...item, arguments: text, status: "completed" });
  }

  #done(item: Json): void {
    this.#emit("response.output_item.done", { output_index: this.items.length, item });
    this.items.push(item);
  }

  #place({ id }: OpenItem): Json {
    return { item_id: id, output_index: this.items.length, content_index: 0 };
  }
}

function itemOf({ kind, id }: OpenItem, status: string, content: Json[]): Json {
  return kind === "answer" ? { id, type: "message", role: "assistant", status, content } : { id, type: "reasoning", summary: [], content, status };
}

function partOf(kind: OpenItem["kind"], text: string): Json {
  return { type: NAMES[kind].part, text, ...(kind === "answer" ? { annotations: [], logprobs: [] } : {}) };
}

function logprobsOf(kind: OpenItem["kind"]): Json {
  return kind === "answer" ? { logprobs: [] } : {};
}
