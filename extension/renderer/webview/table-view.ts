import { nextOrder, type Order, sortedPositions } from "../sort-rows.ts";
import { button, element } from "./dom.ts";

export interface TableColumn {
  label: string;
  align: "left" | "right";
}

export interface TableContent {
  caption: string;
  columns: readonly TableColumn[];
  /** What sorting goes by. */
  values: ReadonlyArray<readonly unknown[]>;
  /** The row at a position, ready to be put in; more than one element where something belongs below it. */
  rowAt(position: number): HTMLTableRowElement[];
  /** A column of controls before the others. */
  lead?: string;
}

/** A table whose heads sort it. Sorting moves the rows; it makes none anew, so that what is open or marked stays so. */
export function sortableTable({ caption, columns, values, rowAt, lead }: TableContent): HTMLElement {
  const scroll = element("div", "", "scroll");
  const table = element("table");
  if (caption !== "") table.append(element("caption", caption));
  const body = element("tbody");
  const rows = values.map((_, position) => rowAt(position));
  let order: Order | null = null;
  const heads = columns.map(({ label, align }, column) => {
    const head = element("th", "", align);
    head.scope = "col";
    head.append(button(label, () => {
      order = nextOrder(order, column);
      draw();
    }));
    return head;
  });
  const draw = (): void => {
    heads.forEach((head, column) => head.setAttribute("aria-sort", order?.column !== column ? "none" : order.ascending ? "ascending" : "descending"));
    body.append(...sortedPositions(values, order).flatMap((position) => rows[position] ?? []));
  };
  const headRow = element("tr");
  if (lead !== undefined) {
    const head = element("th", lead);
    head.scope = "col";
    headRow.append(head);
  }
  headRow.append(...heads);
  const head = element("thead");
  head.append(headRow);
  table.append(head, body);
  draw();
  scroll.append(table);
  return scroll;
}
