import type { SealedRecord } from "../../runtime/audit/sealed-line.ts";
import { usageError } from "./command.ts";

/** Options by which `show` and `export` choose records. */
export const FILTER_OPTIONS = {
  since: { type: "string" },
  until: { type: "string" },
  model: { type: "string" },
  status: { type: "string" },
} as const;

export const FILTER_HELP = `  --since TIME     from this time on: 2026-11-22, 2026-11-22T10:00Z, or 90m, 24h, 7d ago
  --until TIME     up to this time
  --model MODEL    requests to this model
  --status WHAT    ok, failed, an HTTP status such as 429, or an error code such as model_not_found
`;

type FilterValues = { [K in keyof typeof FILTER_OPTIONS]?: string | undefined };

const AGO = /^(\d{1,6})([mhd])$/;
const UNIT_MS: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000 };
const FIRST_ERROR_STATUS = 400;

/** True for the records that the options ask for. Throws a usage error for a value that is none. */
export function auditFilter(values: FilterValues, now: Date): (record: SealedRecord) => boolean {
  const since = values.since === undefined ? "" : timeOf("--since", values.since, now).toISOString();
  const until = values.until === undefined ? "\uffff" : timeOf("--until", values.until, now).toISOString();
  const { model, status } = values;
  return (record) => {
    if (record.time < since || record.time >= until) return false;
    if (model !== undefined && record.model !== model) return false;
    return status === undefined || hasStatus(record, status);
  };
}

function hasStatus({ kind, status, error }: SealedRecord, wanted: string): boolean {
  if (kind !== "request") return false;
  const failed = error !== null || Number(status) >= FIRST_ERROR_STATUS;
  if (wanted === "ok") return !failed;
  if (wanted === "failed") return failed;
  return String(status) === wanted || error === wanted;
}

/** A moment: a date, or a time before now. */
export function timeOf(flag: string, text: string, now: Date): Date {
  const [, amount, unit = ""] = AGO.exec(text) ?? [];
  if (amount !== undefined) return new Date(now.getTime() - Number(amount) * (UNIT_MS[unit] ?? 0));
  const time = /^\d{4}-\d{2}-\d{2}/.test(text) ? new Date(text) : new Date(Number.NaN);
  if (Number.isNaN(time.getTime())) throw usageError(`${flag} is ${JSON.stringify(text)}, not a time such as 2026-11-22 or 24h`);
  return time;
}
