/** Stands where text was taken out. */
export const ELLIPSIS = "…";

/** Shortens a text to about `length` characters, at line ends where there are any near. `side` is the one that may go. */
export function trimText(text: string, length: number, side: "end" | "start" | "middle"): string {
  if (text.length <= length) return text;
  const room = Math.max(0, length - 2);
  if (side === "end") return `${head(text, room)}\n${ELLIPSIS}`;
  if (side === "start") return `${ELLIPSIS}\n${tail(text, room)}`;
  const half = Math.max(0, Math.floor((room - 1) / 2));
  return `${head(text, half)}\n${ELLIPSIS}\n${tail(text, half)}`;
}

function head(text: string, length: number): string {
  const cut = whole(text, length);
  const line = text.lastIndexOf("\n", cut);
  // A line end far away would cost most of the text: better half a line then.
  return text.slice(0, line >= length / 2 ? line : cut);
}

function tail(text: string, length: number): string {
  const cut = whole(text, text.length - length);
  const line = text.indexOf("\n", cut);
  return text.slice(line >= 0 && text.length - line - 1 >= length / 2 ? line + 1 : cut);
}

/** Moves a position out of the middle of a surrogate pair. */
function whole(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code >= 0xdc00 && code <= 0xdfff ? at - 1 : at;
}
