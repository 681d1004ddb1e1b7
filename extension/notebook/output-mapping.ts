import type { IError, IOutput, MultilineString } from "@jupyterlab/nbformat";

/** One form of an output, as VS Code holds it. */
export interface OutputItem {
  mime: string;
  data: Uint8Array;
}

/** An output with the metadata from which VS Code's serializer writes it back into the file. */
export interface OutputData {
  items: OutputItem[];
  metadata: Record<string, unknown>;
}

const ERROR_MIME = "application/vnd.code.notebook.error";
const STREAM_MIME = { stdout: "application/vnd.code.notebook.stdout", stderr: "application/vnd.code.notebook.stderr" };
/** Runs with their tables: extension/renderer shows them. */
export const RUNS_MIME = "application/vnd.retort.runs+json";

/** The form shown first stands first. Other vendor types come before these: where they have no renderer they are passed over. */
const ORDER = [RUNS_MIME, "text/html", "text/markdown", "image/svg+xml", "image/png", "image/jpeg", "image/gif", "text/latex", "application/json", "text/plain"];

const encoder = new TextEncoder();

/** An output of a notebook file as VS Code holds it. `displayId` is the name under which later messages may replace it. */
export function outputData(output: IOutput, displayId?: string): OutputData {
  const { output_type: outputType } = output;
  if (outputType === "stream") return { items: [streamItem(output["name"] === "stderr" ? "stderr" : "stdout", joined(output["text"]))], metadata: { outputType } };
  if (outputType === "error") return { items: [errorItem(output as IError)], metadata: { outputType, originalError: output } };
  const { data, metadata = {}, execution_count: executionCount } = output as { data?: Record<string, unknown>; metadata?: unknown; execution_count?: unknown };
  return {
    items: Object.entries(data ?? {}).map(([mime, value]) => ({ mime, data: bytesOf(mime, value) })).sort((a, b) => rank(a) - rank(b)),
    metadata: {
      outputType,
      metadata,
      ...(outputType === "execute_result" ? { executionCount } : {}),
      ...(displayId === undefined ? {} : { transient: { display_id: displayId } }),
    },
  };
}

export function streamItem(name: "stdout" | "stderr", text: string): OutputItem {
  return { mime: STREAM_MIME[name], data: encoder.encode(text) };
}

function errorItem({ ename, evalue, traceback }: IError): OutputItem {
  return { mime: ERROR_MIME, data: encoder.encode(JSON.stringify({ name: ename, message: evalue, stack: traceback.join("\n") })) };
}

/** Images travel as base64 and are held as bytes; JSON is held as its text. */
function bytesOf(mime: string, value: unknown): Uint8Array {
  if (mime.includes("json") || !isText(value)) return encoder.encode(JSON.stringify(value) ?? "");
  if (mime.startsWith("image/") && mime !== "image/svg+xml") return new Uint8Array(Buffer.from(joined(value), "base64"));
  return encoder.encode(joined(value));
}

function isText(value: unknown): value is MultilineString {
  return typeof value === "string" || (Array.isArray(value) && value.every((line) => typeof line === "string"));
}

function joined(text: unknown): string {
  return Array.isArray(text) ? text.join("") : String(text ?? "");
}

function rank({ mime }: OutputItem): number {
  const known = ORDER.indexOf(mime);
  if (known >= 0) return known;
  return mime.startsWith("application/vnd.") ? -1 : ORDER.length;
}
