import { fitIndentation } from "../../../../../extension/completion/filters/indentation.ts";
import { filterTable } from "../../../../helpers/filter-table.ts";

const TABS = { size: 4, spaces: false };

filterTable("filter: indentation", fitIndentation, [
  ["spaces become tabs", "f() {|", "\n    a\n        b", "\n\ta\n\t\tb", { tabs: TABS }],
  ["what is no whole level stays spaces", "f() {|", "\n      a", "\n\t  a", { tabs: TABS }],
  ["tabs become spaces", "f:|", "\n\ta\n\t\tb", "\n    a\n        b"],
  ["tabs within a line stay", "f:|", "\n    a\tb", "\n    a\tb"],
  ["not in the middle of a line", "x =|", "\ty", "\ty"],
  ["carriage returns go", "|", "a\r\nb\rc", "a\nb\nc"],
  ["not indented twice", "if x:\n    |", "    y\n    z", "y\n    z"],
  ["not indented twice with tabs", "if x:\n\t|", "\ty", "y", { tabs: TABS }],
  ["half indented: the rest comes", "if a:\n    if x:\n    |", "  y", "  y"],
  ["at the line's start it is wanted", "if x:\n|", "    y", "    y"],
]);
