/** What stands where a secret was. */
const MARK = "[redacted]";

/**
 * Texts that let their holder in somewhere. Each pattern is linear: no two parts of it can match the same characters.
 * What has no telltale form (a password in a sentence) is not found.
 */
const SECRETS: readonly RegExp[] = [
  /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[^-]{0,20000}(?:-----END [A-Z ]{0,40}PRIVATE KEY-----)?/g,
  // Before the named fields, which would stop at the word `Bearer`.
  /\b(?:bearer|basic) +[A-Za-z0-9._~+/=-]{8,}/gi,
  /\b(?:sk|pk|rk)-[A-Za-z0-9_-]{16,}/g,
  /\b(?:hf|gh[pousr]|glpat|npm|pypi|xox[abeoprs]|dop_v1|github_pat)[_-][A-Za-z0-9_-]{16,}/g,
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g,
  /\bAIza[A-Za-z0-9_-]{30,}/g,
  /\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}/g,
  /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/:@"']{1,200}:[^\s/@"']{1,200}@/gi,
];

/** `password = "…"`, `api_key: …`, `"token": "…"`: the name stays, the value goes. */
const NAMED = /\b((?:api|access|auth|secret|private|client)[_-]?(?:key|token|secret)|password|passwd|passphrase|secret|token|authorization)(["']?[ \t]{0,8}[:=][ \t]{0,8})(["']?)([^\s"',;]{4,500})/gi;

const EMAIL = /[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}\b/g;

export interface RedactOptions {
  /** Texts that go wherever they stand, such as the server's own key. */
  known: readonly string[];
  /** E-mail addresses go as well. */
  emails: boolean;
}

/** The text without its secrets. */
export function redact(text: string, { known, emails }: RedactOptions): string {
  let clean = text;
  for (const secret of known) if (secret !== "") clean = clean.replaceAll(secret, MARK);
  for (const pattern of SECRETS) clean = clean.replace(pattern, MARK);
  clean = clean.replace(NAMED, `$1$2$3${MARK}`);
  return emails ? clean.replace(EMAIL, MARK) : clean;
}

/** Every string in a JSON value without its secrets; keys stay. */
export function redactAll(value: unknown, options: RedactOptions): unknown {
  if (typeof value === "string") return redact(value, options);
  if (Array.isArray(value)) return value.map((item) => redactAll(item, options));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, redactField(key, item, options)]));
}

/** A field whose name says what it holds: `{"api_key": "…"}`. */
function redactField(key: string, item: unknown, options: RedactOptions): unknown {
  return typeof item === "string" && SECRET_FIELD.test(key) ? MARK : redactAll(item, options);
}

const SECRET_FIELD = /^(?:(?:api|access|auth|secret|private|client)[_-]?(?:key|token|secret)|password|passwd|passphrase|secret|token|authorization)$/i;
