import { cutSuffixOverlap } from "../../../../../extension/completion/filters/suffix-overlap.ts";
import { filterTable } from "../../../../helpers/filter-table.ts";

filterTable("filter: suffix overlap", cutSuffixOverlap, [
  ["all of the rest", "f(|, b)", "a, b)", "a"],
  ["the rest and more", "f(|, b)", "a, b) + c", "a"],
  ["the beginning of the rest", "f(|, b)", "a,", "a"],
  ["nothing but the rest", "x = |y + z", "y + z", "(suffix_overlap)"],
  ["no word is torn", "x = |name", "surna", "surna"],
  ["closing brackets are replaced instead", "f(|)", "a)", "a)"],
  ["no overlap", "x = | + y", "a", "a"],
]);
