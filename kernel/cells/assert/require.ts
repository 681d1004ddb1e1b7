import type { ValueResult } from "../setting-value.ts";

/** `require: all`, or the share of runs of each corner that must pass. The value is that share, 1 for all. */
export function readRequire(value: unknown): ValueResult {
  if (value === "all") return { ok: true, value: 1 };
  const percent = typeof value === "string" ? /^(\d{1,3}(?:\.\d+)?)[ ]?%$/.exec(value.trim())?.[1] : undefined;
  const share = percent === undefined ? value : Number(percent) / 100;
  if (typeof share !== "number" || Number.isNaN(share)) return { ok: false, code: "wrong_type", message: "`require` is `all`, or a share of the runs such as 0.75 or `75%`." };
  if (share <= 0 || share > 1) {
    const isCount = Number.isInteger(share) && share > 1;
    return { ok: false, code: "out_of_range", message: `\`require\` is a share above 0 and up to 1, not ${share}.${isCount ? " To name a number of runs, divide it by `runs`." : ""}${share === 0 ? " To let nothing fail the cell, write `on_fail: report`." : ""}` };
  }
  return { ok: true, value: share };
}
