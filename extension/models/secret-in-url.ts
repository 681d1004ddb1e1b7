/** A server's address without the secret that stood in it. */
export interface SplitUrl {
  url: string;
  key: string;
}

/** Names of query parameters that carry a key. */
const KEY_PARAMETER = /^(api[-_]?key|key|token|access[-_]?token|auth|authorization|secret|password)$/i;

/** The secret in an address (`http://user:password@host`, `?key=…`), and the address without it; null where there is none. */
export function splitSecret(text: string): SplitUrl | null {
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  const names = [...url.searchParams.keys()].filter((name) => KEY_PARAMETER.test(name));
  const fromQuery = names.map((name) => url.searchParams.get(name) ?? "").find((value) => value !== "");
  const key = fromQuery ?? decodeURIComponent(url.password || url.username);
  if (key === "") return null;
  for (const name of names) url.searchParams.delete(name);
  url.username = "";
  url.password = "";
  return { url: plain(url, text), key: key.replace(/^Bearer\s+/i, "") };
}

/** As the user wrote it: without the slash that `URL` adds. */
function plain(url: URL, original: string): string {
  const text = url.href;
  return url.pathname === "/" && url.search === "" && !/[^/]\/(\?|$)/.test(original.replace(/^\w+:\/\//, "x")) ? text.replace(/\/$/, "") : text;
}
