/** One run, flat, as `runRow` makes it and as files hold it. */
export type ResultRow = Readonly<Record<string, unknown>>;

/** One side of a comparison. */
export interface ResultSet {
  /** As the cell names it. */
  label: string;
  rows: readonly ResultRow[];
  /** Keys that were set for the runs, such as those of a matrix; null where the source does not say. */
  settings: readonly string[] | null;
  /** What a reader must know, such as rows left out of a saved notebook. */
  notes: readonly string[];
}
