import { cutDuplicateClosing } from "../../../../../extension/completion/filters/duplicate-closing-line.ts";
import { filterTable } from "../../../../helpers/filter-table.ts";

const js = { language: "javascript" };

filterTable("filter: duplicate closing line", cutDuplicateClosing, [
  ["the brace below", "f() {|\n}", "\n  a();\n}", "\n  a();", js],
  ["the brace below, from the indented line", "f() {\n  |\n}", "a();\n}", "a();", js],
  ["two braces below", "{\n  f() {|\n  }\n}", "\n    a();\n  }\n}", "\n    a();", js],
  ["another level's brace", "{\n  f() {|\n}", "\n    a();\n  }", "\n    a();\n  }", js],
  ["the brace of an own block", "f() {\n|\n}", "if (a) {\nb();\n}", "if (a) {\nb();\n}", js],
  ["only closing", "f() {\n  a();\n|\n}", "}", "(duplicate_closing)", js],
  ["bracket and semicolon", "g(() => {|\n});", "\n  a();\n});", "\n  a();", js],
  ["end of a shell loop", "do\n  |\ndone", "a\ndone", "a", { language: "shellscript" }],
  ["closing tag", "<ul>|\n</ul>", "\n  <li></li>\n</ul>", "\n  <li></li>", { language: "html" }],
  ["something else below", "f() {|\nb();", "\n  a();\n}", "\n  a();\n}", js],
]);
