import type { DocumentView } from "./document-view.ts";
import { syntaxOf } from "./language-syntax.ts";
import { type Region, scanRegions } from "./regions.ts";

/** Beyond this much text above the cursor only the last part is read: typing must not wait for a scan. */
const SCAN_CHARS = 100_000;

/** What the cursor stands in. Strings of data formats count as code. */
export function regionAt({ before, languageId }: Pick<DocumentView, "before" | "languageId">): Region {
  const syntax = syntaxOf(languageId);
  const start = before.length <= SCAN_CHARS ? 0 : before.indexOf("\n", before.length - SCAN_CHARS) + 1;
  const { end } = scanRegions(before.slice(start), syntax);
  return end === "string" && !syntax.gateStrings ? "code" : end;
}
