import assert from "node:assert/strict";

import type { Filter, FilterPlace } from "../../extension/completion/filters/filter.ts";
import { viewOf } from "./completion-scene.ts";

/** A filter's case: the place with `|` at the cursor, the text, and what the filter makes of it; `(reason)` when it drops it. */
export type FilterCase = readonly [name: string, place: string, text: string, expected: string, options?: Partial<FilterPlace> & { language?: string; tabs?: FilterPlace["view"]["tabs"] }];

export function filterTable(name: string, filter: Filter, cases: readonly FilterCase[]): void {
  describe(name, () => {
    for (const [title, place, text, expected, { language, tabs, ...options } = {}] of cases) {
      it(title, () => {
        const view = viewOf(place, language);
        const result = filter(text, { view: tabs === undefined ? view : { ...view, tabs }, maxLines: 12, minLength: 3, ...options });
        assert.equal("reason" in result ? `(${result.reason})` : result.text, expected);
      });
    }
  });
}
