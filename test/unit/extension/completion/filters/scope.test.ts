import { stayInScope } from "../../../../../extension/completion/filters/scope.ts";
import { filterTable } from "../../../../helpers/filter-table.ts";

filterTable("filter: scope", stayInScope, [
  ["less indented than the cursor's line", "def f():\n    |", "a()\nb()", "a()"],
  ["the next definition", "def f():|", "\n    a()\n\ndef g():\n    b()", "\n    a()\n"],
  ["statements side by side within a block", "def f():\n    |", "if a:\n        b()\n    return c", "if a:\n        b()\n    return c"],
  ["nothing is left", "    x = 1|", "\ny = 2\n", "(scope)"],
  ["else goes with if", "if a:|", "\n    b()\nelse:\n    c()", "\n    b()\nelse:\n    c()"],
  ["closes a bracket that is not open", "print(x)|", ") + 1", "(scope)"],
  ["closes the bracket that is open", "print(x|", ") + 1", ") + 1"],
  ["closes the inner one first", "f([x|", ")]", "(scope)"],
  ["a bracket in a string", "x = |", "')' + a", "')' + a"],
  ["a bracket in a comment above", "# :)\nx = |", "a)", "a"],
  ["an open bracket many lines above", `f(\n${"    a,\n".repeat(800)}    |`, "b,\n)", "b,\n)"],
  ["prose has no brackets", "So |", "a) b)", "a) b)", { language: "markdown" }],
  ["the closing brace of the function, then no more", "function f() {\n  |", "a();\n}\nb();", "a();\n}", { language: "javascript" }],
]);
