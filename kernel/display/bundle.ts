/** One output of a cell: MIME type to data, as Jupyter has it. */
export interface Output {
  data: Record<string, unknown>;
  metadata: Record<string, unknown>;
}
