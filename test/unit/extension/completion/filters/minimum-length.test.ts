import { dropTooShort } from "../../../../../extension/completion/filters/minimum-length.ts";
import { filterTable } from "../../../../helpers/filter-table.ts";

filterTable("filter: minimum length", dropTooShort, [
  ["white space does not count", "x = |", " a \n b", "(too_short)"],
  ["just enough", "x = |", "a bc", "a bc"],
  ["one is enough when one is asked for", "x = |", "a", "a", { minLength: 1 }],
]);
