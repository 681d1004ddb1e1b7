/** One output of a cell as a notebook holds it: MIME type to data, already decoded. */
export interface SavedOutput {
  metadata: Readonly<Record<string, unknown>> | undefined;
  /** Text or JSON of a MIME type; undefined: the output has none. */
  data(mime: string): unknown;
}

/** MIME type of the raw samples of repeated runs. */
const RUNS_MIME = "application/vnd.retort.runs+json";

/**
 * What a prompt cell's saved outputs tell of its result, in the shape that templates see. Fields that are not saved are
 * undefined: known by name, without a value. Undefined: the cell has not run, or another kernel made its outputs.
 */
export function savedResult(outputs: readonly SavedOutput[]): Record<string, unknown> | undefined {
  const main = outputs.find(({ metadata }) => isRecord(metadata?.["retort"]) && metadata["retort"]["format"] === 1);
  if (main === undefined) return undefined;
  const { partial } = main.metadata?.["retort"] as { partial?: unknown };
  const rows = rowsOf(main.data(RUNS_MIME));
  const first = rows?.find(({ status }) => status === "ok") ?? rows?.[0];
  const single = { answer: text(main.data("text/plain")), thinking: undefined, boxed: undefined, json: main.data("application/json") };
  const fields = first === undefined ? single : { answer: first["answer"], thinking: first["thinking"], boxed: first["boxed"], json: first["json"] };
  return { ...fields, runs: rows, stats: undefined, corners: undefined, table: undefined, partial };
}

function rowsOf(samples: unknown): Array<Record<string, unknown>> | undefined {
  if (!isRecord(samples) || !Array.isArray(samples["rows"])) return undefined;
  return (samples["rows"] as unknown[]).filter(isRecord);
}

/** nbformat keeps long texts as lists of lines. */
function text(value: unknown): string | undefined {
  if (Array.isArray(value)) return value.join("");
  return typeof value === "string" ? value : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
