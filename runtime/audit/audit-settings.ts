/** What the log keeps: nothing, hashes of what was asked and answered, or the full text. */
export type AuditMode = "off" | "hash" | "full";

export interface AuditSettings {
  mode: AuditMode;
  /** What full text leaves out: secrets always, e-mail addresses too. */
  redact: "secrets" | "emails";
  /** A log file of this size is closed and the next one begun. */
  fileBytes: number;
  keep: Retention;
}

/** What stays in the log when it prunes itself. Null: no such limit. */
export interface Retention {
  /** Records older than this go, within a day. */
  days: number | null;
  /** The oldest files of a chain go until it is no larger. */
  bytes: number | null;
}

const MEBIBYTE = 1024 * 1024;

/**
 * Hashes by default: they prove afterwards what was asked and answered (who has the text can compute its hash), when,
 * and with what settings, while the log itself gives nothing away. Full text is a choice of the user. Half a year and
 * 200 MB are about what somebody looks back at, and what nobody misses on a disk.
 */
export const DEFAULT_AUDIT: AuditSettings = { mode: "hash", redact: "secrets", fileBytes: 16 * MEBIBYTE, keep: { days: 180, bytes: 200 * MEBIBYTE } };
