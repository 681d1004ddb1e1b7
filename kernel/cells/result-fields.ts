/** What a named result holds, for completion and hover before the cell has run. */
export const RESULT_FIELDS: Readonly<Record<string, string>> = {
  answer: "the answer's text, of the first run",
  thinking: "the model's thinking before the answer",
  boxed: "what stands in the last \\boxed{} of the answer",
  json: "the answer as JSON, for a cell with `output:`",
  pass: "true if every run passed `assert`, for a cell that has it",
  runs: "every run with its answer, seed and metrics",
  stats: "mean, sd, median and more of every metric",
  corners: "statistics for each value of `matrix:`",
  table: "the statistics as rows",
  partial: "true if the cell was stopped before its last run",
};
