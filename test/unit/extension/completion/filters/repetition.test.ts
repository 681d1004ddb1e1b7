import { cutRepetition } from "../../../../../extension/completion/filters/repetition.ts";
import { filterTable } from "../../../../helpers/filter-table.ts";

filterTable("filter: repetition", cutRepetition, [
  ["the line above again", "first(x)\n|", "first(x)\nsecond(y)", "(repetition)"],
  ["the line above again, partly typed", "first(x)\nfir|", "st(x)", "(repetition)"],
  ["the line above again, on the next line", "first(x)|", "\nfirst(x)", "\nfirst(x)"],
  ["short lines may repeat", "a()\n|", "a()", "a()"],
  ["one line three times", "|", "first(x)\nfirst(x)\nfirst(x)\nlast(x)", "first(x)"],
  ["one line twice", "|", "first(x)\nfirst(x)\nlast(x)", "first(x)\nfirst(x)\nlast(x)"],
  ["two lines three times", "|", "first(x)\nnext(x)\nfirst(x)\nnext(x)\nfirst(x)\nnext(x)", "first(x)\nnext(x)"],
  ["braces three times", "|", "  }\n }\n}", "  }\n }\n}"],
  ["within the first line", "x = |", "ab, ab, ab, ab, ab, ab", "(repetition)"],
  ["within a later line", "|", "good(x)\nx = ab, ab, ab, ab, ab, ab", "good(x)"],
  ["a rule of marks", "|", "=".repeat(60), "=".repeat(60)],
]);
