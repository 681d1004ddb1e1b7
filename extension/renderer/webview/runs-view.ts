import { cellText, runColumns, runLabel } from "../run-columns.ts";
import type { Row, RunsData, TextTable } from "../runs-data.ts";
import type { Texts } from "../texts.ts";
import { diffView } from "./diff-view.ts";
import { button, element } from "./dom.ts";
import { runDetails } from "./run-details.ts";
import { sortableTable } from "./table-view.ts";

/** The tables of a result, and below them its runs: sorted by a click, opened by another, two of them compared. */
export function runsView({ tables, rows, leftOut, sidecar }: RunsData, texts: Texts): HTMLElement[] {
  const notes = [...(leftOut > 0 ? [texts.leftOut(leftOut)] : []), ...(sidecar === null ? [] : [texts.sidecar(sidecar)])];
  const summary = tables.flatMap(summaryTable);
  if (rows.length === 0) return summary;
  const runs = element("details", "", "runs");
  runs.open = tables.length === 0;
  const canCompare = rows.filter(({ answer }) => typeof answer === "string" && answer !== "").length > 1;
  runs.append(element("summary", texts.runs(rows.length)));
  runs.append(...notes.map((note) => element("div", note, "note")), ...(canCompare ? [element("div", texts.hint, "note")] : []), ...runsTable(rows, canCompare, texts));
  return [...summary, runs];
}

function summaryTable({ caption, columns, rows, notes }: TextTable): HTMLElement[] {
  const rowAt = (position: number): HTMLTableRowElement[] => {
    const row = element("tr");
    row.append(...columns.map(({ align }, i) => element("td", rows[position]?.[i] ?? "", align)));
    return [row];
  };
  return [sortableTable({ caption, columns, values: rows, rowAt }), ...notes.map((note) => element("div", note, "note"))];
}

function runsTable(rows: readonly Row[], canCompare: boolean, texts: Texts): HTMLElement[] {
  const columns = runColumns(rows);
  const difference = element("div");
  difference.setAttribute("aria-live", "polite");
  let marked: Array<{ box: HTMLInputElement; row: Row }> = [];
  const mark = (box: HTMLInputElement, row: Row): void => {
    marked = box.checked ? [...marked, { box, row }] : marked.filter((one) => one.box !== box);
    // The oldest mark gives way to a third one.
    for (const { box: old } of marked.slice(0, -2)) old.checked = false;
    marked = marked.slice(-2);
    const [before, after] = marked.map((one) => ({ label: runLabel(one.row, columns), answer: String(one.row["answer"] ?? "") }));
    difference.replaceChildren(...(before === undefined || after === undefined ? [] : diffView(before, after, texts)));
  };
  const rowAt = (position: number): HTMLTableRowElement[] => runRows(rows[position] ?? {}, { columns, texts, ...(canCompare ? { mark } : {}) });
  const table = sortableTable({
    caption: "",
    lead: canCompare ? texts.choose : " ",
    columns: columns.map(({ key, align }) => ({ label: key, align })),
    values: rows.map((row) => columns.map(({ key }) => row[key])),
    rowAt,
  });
  return [table, difference];
}

interface RowTools {
  columns: ReturnType<typeof runColumns>;
  texts: Texts;
  mark?: (box: HTMLInputElement, row: Row) => void;
}

/** The row of a run, and the one below it that opens. */
function runRows(row: Row, { columns, texts, mark }: RowTools): HTMLTableRowElement[] {
  const label = runLabel(row, columns);
  const line = element("tr", "", "run");
  const below = element("tr");
  below.hidden = true;
  const place = element("td");
  place.colSpan = columns.length + 1;
  below.append(place);
  const opener = button("▸", () => undefined);
  opener.setAttribute("aria-label", texts.open(label));
  const open = (isOpen: boolean): void => {
    // Made when it is first seen: a thousand runs are many elements.
    if (isOpen && place.childElementCount === 0) place.append(runDetails(row, texts));
    below.hidden = !isOpen;
    opener.textContent = isOpen ? "▾" : "▸";
    opener.setAttribute("aria-expanded", String(isOpen));
    line.dataset["open"] = String(isOpen);
  };
  open(false);
  const controls = element("td");
  controls.append(opener);
  if (mark !== undefined) {
    const box = element("input");
    box.type = "checkbox";
    box.setAttribute("aria-label", `${texts.choose}: ${label}`);
    box.addEventListener("change", () => mark(box, row));
    controls.append(box);
  }
  line.append(controls, ...columns.map(({ key, align }) => element("td", cellText(key, row[key]), [align, key === "answer" ? "answer" : "", row["status"] !== "ok" && key === "status" ? "failed" : ""].join(" ").trim())));
  line.addEventListener("click", (event) => {
    // Who selects text to copy it does not want the row to move.
    if (event.target instanceof HTMLInputElement || (getSelection()?.toString() ?? "") !== "") return;
    open(below.hidden !== false);
  });
  return [line, below];
}
