import { limitLines } from "../../../../../extension/completion/filters/line-limit.ts";
import { filterTable } from "../../../../helpers/filter-table.ts";

filterTable("filter: line limit", limitLines, [
  ["as many lines as wanted", "|", "a\nb\nc", "a\nb", { maxLines: 2 }],
  ["blank lines do not count", "|", "\na\n\nb\nc", "\na\n\nb", { maxLines: 2 }],
  ["fewer than wanted", "|", "a\nb", "a\nb", { maxLines: 3 }],
  ["one line before more text", "f(|, b)", "a\nb", "a"],
  ["several lines before a closing bracket", "f(|)", "\na\n)", "\na\n)"],
]);
