import { type RunSource, sourcesOf } from "../experiment/record/run-source.ts";
import { type RunRecord, runRow } from "../experiment/result.ts";

/** Beyond these the samples make a notebook heavy. */
const MAX_ROWS = 200;
const MAX_ROW_BYTES = 64 * 1024;

/** Samples as `application/vnd.retort.runs+json` has them. */
export interface RawSamples {
  format: 1;
  total: number;
  left_out: number;
  rows: Array<Record<string, unknown>>;
}

/** The samples themselves, cut at {@link MAX_ROWS} rows and {@link MAX_ROW_BYTES} bytes with the number left out. */
export function rawSamples(runs: readonly RunRecord[]): RawSamples & { sources: RunSource[] } {
  const { list, indexOf } = sourcesOf(runs);
  // `made_by` of a row is a position in `sources`.
  const rows = runs.slice(0, MAX_ROWS).map((run) => ({ ...runRow(run), made_by: indexOf(run) }));
  return { ...cutRows(rows, runs.length), sources: list };
}

/** The same for rows of any kind, of which there are `total`. */
export function cutRows(all: ReadonlyArray<Record<string, unknown>>, total = all.length): RawSamples {
  const rows: Array<Record<string, unknown>> = [];
  let bytes = 0;
  for (const row of all.slice(0, MAX_ROWS)) {
    bytes += Buffer.byteLength(JSON.stringify(row));
    if (bytes > MAX_ROW_BYTES) break;
    rows.push(row);
  }
  return { format: 1, total, left_out: total - rows.length, rows };
}
