import { dropEmpty } from "../../../../../extension/completion/filters/empty.ts";
import { filterTable } from "../../../../helpers/filter-table.ts";

filterTable("filter: empty", dropEmpty, [
  ["nothing", "x = |", "", "(empty)"],
  ["white space", "x = |", " \n\t\n", "(empty)"],
  ["something", "x = |", "\n  y", "\n  y"],
]);
