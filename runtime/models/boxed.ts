/** Content of the last complete `\boxed{…}` (braces inside it balanced), trimmed; null where there is none. */
export function lastBoxed(text: string): string | null {
  const opening = "\\boxed{";
  for (let at = text.lastIndexOf(opening); at >= 0; at = at === 0 ? -1 : text.lastIndexOf(opening, at - 1)) {
    const start = at + opening.length;
    const end = closingBrace(text, start);
    if (end !== null) return text.slice(start, end).trim();
  }
  return null;
}

/**
 * The number that a boxed answer states, or null: `16`, `-3.5`, `1{,}234`, `\frac{1}{2}`, `3/4`, `x = 16`, `50\%` (50),
 * `1.2 \times 10^{3}`. An answer with anything else in it (a unit, a variable, a list) is not a number.
 */
export function boxedNumber(boxed: string): number | null {
  const plain = simplify(boxed);
  const fraction = /^(-?)\\[dt]?frac\{(-?[\d.]+)\}\{(-?[\d.]+)\}$/.exec(plain) ?? /^(-?)([\d.]+)\/(-?[\d.]+)$/.exec(plain);
  if (fraction) return finite(sign(fraction[1]) * (number(fraction[2]) / number(fraction[3])));
  const scientific = /^(-?)([\d.]+)(?:\\times|\\cdot)10\^\{?(-?\d+)\}?$/.exec(plain);
  if (scientific) return finite(Number(`${scientific[1]}${scientific[2]}e${scientific[3]}`));
  return finite(number(plain));
}

/** Offset of the brace that closes the one before `start`; null where the text ends first. `\{` and `\}` are text. */
function closingBrace(text: string, start: number): number | null {
  let depth = 1;
  for (let i = start; i < text.length; i++) {
    const character = text[i];
    if (character === "\\") i++;
    else if (character === "{") depth++;
    else if (character === "}" && --depth === 0) return i;
  }
  return null;
}

function simplify(boxed: string): string {
  return boxed
    .replace(/\\(?:text|mathrm|mathbf)\{([^{}]*)\}/g, "$1")
    .replace(/\\[,;!: ]|\\left|\\right|\$|\s|\\?%/g, "")
    .replace(/\{,\}|,(?=\d{3}(?!\d))/g, "")
    .replace(/−/g, "-")
    .replace(/^.*=/, "");
}

function sign(text: string | undefined): number {
  return text === "-" ? -1 : 1;
}

/** Plain decimal notation only: `Number()` alone would also read "" and "0x10". */
function number(text: string | undefined): number {
  return text !== undefined && /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
