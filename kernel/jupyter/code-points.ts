/** Jupyter counts cursor positions in code points, JavaScript in UTF-16 units. An emoji is 1 of the former, 2 of the latter. */

/** The UTF-16 offset of the code point number `position` of `text`, clamped to the text. */
export function toUtf16Offset(text: string, position: number): number {
  let offset = 0;
  for (let left = position; left > 0 && offset < text.length; left -= 1) offset += unitsAt(text, offset);
  return offset;
}

/** How many code points stand before the UTF-16 `offset` of `text`, clamped to the text. */
export function toCodePoints(text: string, offset: number): number {
  let count = 0;
  for (let at = 0; at < offset && at < text.length; at += unitsAt(text, at)) count += 1;
  return count;
}

function unitsAt(text: string, offset: number): 1 | 2 {
  return (text.codePointAt(offset) ?? 0) > 0xffff ? 2 : 1;
}
