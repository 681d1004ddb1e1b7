/** Files that hold keys, by their names. */
const SECRET_FILE = new RegExp([
  /^\.env(\..+)?$/, /^\.envrc$/, /\.(pem|key|p12|pfx|jks|keystore|kdbx|ppk|asc|gpg|ovpn|tfvars|tfstate)$/,
  /^id_(rsa|dsa|ecdsa|ed25519)(\..+)?$/, /^(\.netrc|_netrc|\.npmrc|\.pypirc|\.pgpass|\.htpasswd|\.git-credentials|\.dockercfg)$/,
  /^(credentials|secrets?)(\.(json|ya?ml|toml|ini|cfg|txt|properties))?$/, /^(service[-_]?account|client[-_]secret).*\.json$/, /^kubeconfig$/,
].map(({ source }) => `(?:${source})`).join("|"), "i");

/** Folders in which everything is secret. */
const SECRET_FOLDER = /(^|\/)(\.ssh|\.aws|\.gnupg|\.kube|\.azure|\.docker)\//i;

/** Keys that can be known by their form: of clouds, forges, model providers, payment; JSON web tokens; PEM blocks. */
const KEY_FORM = new RegExp([
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/, /\b(AKIA|ASIA)[0-9A-Z]{16}\b/, /\bgh[pousr]_[A-Za-z0-9]{30,}\b/, /\bgithub_pat_[A-Za-z0-9_]{40,}\b/,
  /\bglpat-[A-Za-z0-9_-]{16,}/, /\bsk-[A-Za-z0-9_-]{20,}/, /\b[sr]k_(live|test)_[A-Za-z0-9]{16,}/, /\bhf_[A-Za-z0-9]{20,}\b/, /\bnpm_[A-Za-z0-9]{30,}\b/,
  /\bxox[abprs]-[A-Za-z0-9-]{10,}/, /\bAIza[0-9A-Za-z_-]{30,}/, /\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\./, /\bBearer\s+[A-Za-z0-9._~+/-]{16,}/,
  /:\/\/[^\s/:@"']+:[^\s/@"']{3,}@/,
].map(({ source }) => `(?:${source})`).join("|"));

/** A literal given to something whose name says that it is secret. */
const SECRET_ASSIGNMENT = /(pass(word|wd|phrase)?|secret|token|api[-_]?key|access[-_]?key|private[-_]?key|credential)s?["'\]]*\s*(=>|[:=]{1,2})\s*["'`][^"'`\s]{8,}["'`]/i;

/** A long literal without words: letters and digits in disorder. */
const LONG_LITERAL = /["'`]([A-Za-z0-9+/=_-]{32,})["'`]/g;
const MIN_ENTROPY_BITS = 4.2;

const PEM_BEGIN = /-----BEGIN [A-Z ]*PRIVATE KEY-----/;
const PEM_END = /-----END [A-Z ]*PRIVATE KEY-----/;

/** True for a file that must not be read for context. `path` with `/`, relative or absolute. */
export function isSecretPath(path: string): boolean {
  const unix = path.replaceAll("\\", "/");
  return SECRET_FILE.test(unix.slice(unix.lastIndexOf("/") + 1)) || SECRET_FOLDER.test(unix);
}

/** The text without lines that look like keys. */
export function withoutSecrets(text: string): string {
  let inKey = false;
  return text.split("\n").filter((line) => {
    if (PEM_BEGIN.test(line)) inKey = !PEM_END.test(line);
    else if (inKey) inKey = !PEM_END.test(line);
    else return !isSecretLine(line);
    return false;
  }).join("\n");
}

export function isSecretLine(line: string): boolean {
  if (KEY_FORM.test(line) || SECRET_ASSIGNMENT.test(line)) return true;
  return [...line.matchAll(LONG_LITERAL)].some(([, literal = ""]) => /\d/.test(literal) && /[a-z]/i.test(literal) && entropyBits(literal) >= MIN_ENTROPY_BITS);
}

/** Shannon's entropy of the characters, bits for each. */
function entropyBits(text: string): number {
  const counts = new Map<string, number>();
  for (const char of text) counts.set(char, (counts.get(char) ?? 0) + 1);
  return [...counts.values()].reduce((sum, count) => sum - (count / text.length) * Math.log2(count / text.length), 0);
}
