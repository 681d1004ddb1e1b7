/** The key that a link's part behind the hash holds (`#key=…`); null where it holds none. */
export function keyFromHash(hash: string): string | null {
  const key = new URLSearchParams(hash.replace(/^#/u, "")).get("key");
  return key === null || key === "" ? null : key;
}

/** A key as it is pasted: with `Bearer`, in quotes, as a whole link. */
export function keyFromInput(text: string): string {
  const hash = text.indexOf("#key=");
  if (hash >= 0) return keyFromHash(text.slice(hash).trim()) ?? "";
  return text.trim().replace(/^Bearer\s+/iu, "").replace(/^["']|["']$/gu, "").trim();
}
