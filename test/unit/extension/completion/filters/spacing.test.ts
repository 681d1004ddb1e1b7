import { tidySpaces } from "../../../../../extension/completion/filters/spacing.ts";
import { filterTable } from "../../../../helpers/filter-table.ts";

filterTable("filter: spacing", tidySpaces, [
  ["no second space", "x = |", "  y", "y"],
  ["a space where none is", "x =|", " y", " y"],
  ["indentation is no doubled space", "if x:\n    |", "  y", "  y"],
  ["none at the end", "x = |", "y  \n\n", "y"],
  ["one before a word", "x = |b", "a and  ", "a and "],
  ["none before a bracket", "f(|)", "a ", "a"],
]);
