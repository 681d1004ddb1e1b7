/** What the log keeps: nothing, hashes of what was asked and answered, or the full text. */
export type AuditMode = "off" | "hash" | "full";

export interface AuditSettings {
  mode: AuditMode;
  /** What full text leaves out: secrets always, e-mail addresses too. */
  redact: "secrets" | "emails";
  /** A log file of this size is closed and the next one begun. */
  fileBytes: number;
}

/**
 * Hashes by default: they prove afterwards what was asked and answered (who has the text can compute its hash), when,
 * and with what settings, while the log itself gives nothing away. Full text is a choice of the user.
 */
export const DEFAULT_AUDIT: AuditSettings = { mode: "hash", redact: "secrets", fileBytes: 16 * 1024 * 1024 };
