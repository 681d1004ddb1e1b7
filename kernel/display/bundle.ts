/** One output of a cell: MIME type to data, as Jupyter has it. */
export interface Output {
  data: Record<string, unknown>;
  metadata: Record<string, unknown>;
  /** The tables that `data` shows, for front ends with a view of their own. */
  tables?: readonly TableData[];
}

/** Text in rows and columns. */
export interface TableData {
  caption?: string;
  columns: ReadonlyArray<{ label: string; align: "left" | "right" }>;
  rows: readonly (readonly string[])[];
  notes?: readonly string[];
}
