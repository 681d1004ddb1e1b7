import { detailFields } from "../run-columns.ts";
import { isRecord, type Row } from "../runs-data.ts";
import type { Texts } from "../texts.ts";
import { element } from "./dom.ts";

/** Everything that is known of one run: answer, thinking folded, checks, figures. */
export function runDetails(row: Row, texts: Texts): HTMLElement {
  const detail = element("div", "", "detail");
  const { answer, thinking } = row;
  if (typeof thinking === "string" && thinking !== "") detail.append(folded(texts.thinking, element("div", thinking, "text")));
  if (typeof answer === "string") detail.append(element("h4", texts.answer), element("div", answer === "" ? texts.none : answer, answer === "" ? "note" : "text"));
  detail.append(...checks(row["checks"], texts));
  if (isRecord(row["row"])) detail.append(folded(texts.data, figures(Object.entries(row["row"]).map(([key, value]) => [key, plain(value)]))));
  if (row["json"] !== null && row["json"] !== undefined) detail.append(folded("JSON", element("div", JSON.stringify(row["json"], null, 2), "text")));
  detail.append(element("h4", texts.figures), figures(detailFields(row)));
  return detail;
}

function folded(title: string, content: HTMLElement): HTMLElement {
  const details = element("details");
  details.append(element("summary", title), content);
  return details;
}

function checks(value: unknown, texts: Texts): HTMLElement[] {
  if (!Array.isArray(value) || value.length === 0) return [];
  const list = element("ul");
  for (const check of value.filter(isRecord)) {
    const hasPassed = check["passed"] === true;
    const item = element("li", `${hasPassed ? "✓" : "✗"} ${plain(check["name"])}: ${hasPassed ? texts.passed : texts.failed}`, hasPassed ? "" : "failed");
    if (typeof check["detail"] === "string" && check["detail"] !== "") item.append(element("div", check["detail"], "note"));
    list.append(item);
  }
  return [element("h4", texts.checks), list];
}

function figures(fields: ReadonlyArray<readonly [string, string]>): HTMLElement {
  const list = element("dl");
  for (const [name, value] of fields) {
    const pair = element("div");
    pair.append(element("dt", name), element("dd", value));
    list.append(pair);
  }
  return list;
}

function plain(value: unknown): string {
  if (typeof value === "string") return value;
  return value === null || value === undefined ? "" : JSON.stringify(value);
}
