import temml from "temml";

/** Expansions of macros in one formula, and the largest size that it may ask for, in em. */
const MOST_EXPANSIONS = 500;
const MOST_EM = 20;

/** TeX as MathML, which browsers draw themselves. What is no TeX is shown as it was written. */
export function formula(tex: string, display: boolean, escape: (text: string) => string): string {
  try {
    return temml.renderToString(tex, { displayMode: display, throwOnError: true, trust: false, maxExpand: MOST_EXPANSIONS, maxSize: [MOST_EM, MOST_EM] });
  } catch (error) {
    return `<code class="tex" title="${escape(firstLine(error))}">${escape(tex)}</code>`;
  }
}

function firstLine(error: unknown): string {
  return error instanceof Error ? (error.message.split("\n")[0] ?? "") : "This is no formula.";
}
