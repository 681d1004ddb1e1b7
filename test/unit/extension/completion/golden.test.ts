import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { cutSuggestion } from "../../../../extension/completion/cut-suggestion.ts";
import { type DocumentView, withLineFeeds } from "../../../../extension/completion/document-view.ts";
import { Draft } from "../../../../extension/completion/draft.ts";
import { type Multiline, shapeFor } from "../../../../extension/completion/line-policy.ts";
import { usableLength } from "../../../../extension/completion/stream-cut.ts";
import { packageRoot } from "../../../../runtime/entry.ts";
import { POLICY } from "../../../helpers/completion-scene.ts";

/** One row of the golden table: what the model wrote between `before` and `after`, and what a person sees of it. */
interface Row {
  name: string;
  language?: string;
  before: string;
  after: string;
  model: string;
  shows?: string;
  reason?: string;
  /** Characters behind the cursor that the suggestion replaces. */
  replaces?: number;
  invoked?: boolean;
  multiline?: Multiline;
  maxLines?: number;
  tabs?: boolean;
  tabSize?: number;
}

const FOLDER = join(packageRoot(), "test/fixtures/completion");
const LEAST_ROWS = 150;

describe("the golden table", () => {
  let rows = 0;
  for (const file of readdirSync(FOLDER)) {
    const table = JSON.parse(readFileSync(join(FOLDER, file), "utf8")) as { language: string; rows: Row[] };
    rows += table.rows.length;
    describe(table.language, () => {
      for (const row of table.rows) it(row.name, () => check(row, table.language));
    });
  }
  it(`has at least ${LEAST_ROWS} rows`, () => assert.ok(rows >= LEAST_ROWS, `${rows} rows`));
});

function check(row: Row, language: string): void {
  const view: DocumentView = {
    uri: "file:///x", languageId: row.language ?? language, before: withLineFeeds(row.before), after: withLineFeeds(row.after),
    tabs: { size: row.tabSize ?? 4, spaces: row.tabs !== true },
  };
  const policy = { ...POLICY, multiline: row.multiline ?? "auto", maxLines: row.maxLines ?? 12 };
  const shape = shapeFor(view, policy.multiline, policy.maxLines);
  const draft = new Draft(view);
  draft.push({ text: row.model, probabilities: [] });
  draft.finish("stop");
  const length = usableLength(draft.text, draft.end, shape, view) ?? 0;
  const cut = cutSuggestion(draft, 0, length, shape, { id: "c1", view, invoked: row.invoked ?? false, selected: null, policy });
  const expected = row.reason === undefined ? { text: row.shows, replaced: row.replaces ?? 0 } : { reason: row.reason };
  assert.deepEqual(cut, expected);
}
