import type { CellOutput } from "./output.ts";
import type { Definitions } from "./definitions.ts";
import type { HostMethod } from "./protocol.ts";

/** What the functions need from outside. */
export interface CellServices {
  call(method: HostMethod, args: unknown[]): Promise<unknown>;
  /** Ends early, with an error, when the cell is interrupted. */
  sleep(ms: number): Promise<void>;
  definitions: Definitions;
}

/** The functions that a `%%js` cell sees as globals. */
export function cellGlobals(output: CellOutput, { call, sleep, definitions }: CellServices): Record<string, unknown> {
  return {
    /** Asks the model once: `await ask("Why?", {temperature: 0})` gives the result object of the answer. */
    ask: (text: string, settings: Record<string, unknown> = {}) => call("ask", [text, settings]),
    /** Runs a named prompt cell again: `await run("solve", {runs: 3})` gives its result object. */
    run: (name: string, overrides: Record<string, unknown> = {}) => call("run", [name, overrides]),
    /** Asks the user for a line. */
    input: (prompt = "") => call("input", [String(prompt)]),
    /** Shows an array of objects as a table. */
    table: (rows: unknown) => call("table", [rows]).then(() => undefined),
    /** Draws a Vega-Lite specification. */
    chart: (spec: unknown) => call("chart", [spec]).then(() => undefined),
    /** Shows a bundle: MIME type to data. Bytes become base64. */
    display: (data: Record<string, unknown>, metadata: Record<string, unknown> = {}) => output.display(encodeBytes(data), metadata),
    html: (text: string) => output.display({ "text/html": text, "text/plain": text }),
    markdown: (text: string) => output.display({ "text/markdown": text, "text/plain": text }),
    svg: (text: string) => output.display({ "image/svg+xml": text, "text/plain": "(SVG image)" }),
    /** Empties the output of the cell. */
    clear: () => output.clear(),
    sleep: (ms: number) => sleep(ms),
    /** Defines a function that prompt cells may offer to a model with `tools:`. */
    tool: (name: unknown, schema: unknown, run: unknown, description?: unknown) => definitions.defineTool(name, schema, run, description),
    /** Defines a function for `scorer:` assertions; it gets `{ answer, thinking, json, row, … }`. */
    scorer: (name: unknown, run: unknown) => definitions.defineScorer(name, run),
  };
}

function encodeBytes(data: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(data).map(([type, value]) => [type, value instanceof Uint8Array ? Buffer.from(value).toString("base64") : value]));
}
