import type { ErrorFields } from "../../../runtime/errors.ts";

/** One row of a data set. */
export interface DataRow {
  /** Where it begins in its file, 1-based; for JSON its position in the list. */
  line: number;
  /** By column, as the file's format gives them: text from CSV and TSV, any JSON value from JSON and JSONL. */
  values: Readonly<Record<string, unknown>>;
  /** Why the row cannot be used; null for a good one. */
  problem: ErrorFields | null;
}
