import { cutRepeatOfNextLine } from "../../../../../extension/completion/filters/repeats-next-line.ts";
import { filterTable } from "../../../../helpers/filter-table.ts";

filterTable("filter: repeats next line", cutRepeatOfNextLine, [
  ["just the next line", "|\nimport sys\n", "import sys", "(repeats_next_line)"],
  ["the next line, partly typed", "imp|\nimport sys\n", "ort sys", "(repeats_next_line)"],
  ["over a blank line and otherwise indented", "|\n\n    import sys\n", "import sys", "(repeats_next_line)"],
  ["after own lines", "|\nlast_line(x)\n", "own(x)\nlast_line(x)\nmore", "own(x)"],
  ["a short line that goes on otherwise", "|\nelse:\n  a\n", "x\nelse:\n  b", "x\nelse:\n  b"],
  ["a short line that goes on the same", "|\nelse:\n  a\n", "x\nelse:\n  a", "x"],
  ["closing lines are for another filter", "|\n}\n", "x\n}", "x\n}"],
  ["nothing below", "|", "x", "x"],
  ["something else below", "|\nb\n", "a", "a"],
]);
