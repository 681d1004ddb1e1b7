import type { Token } from "./tokens.ts";

/** Other spellings of a unit. Units are never converted: 1 m and 100 cm are different answers. */
const SPELLINGS: Readonly<Record<string, string>> = {
  "°": "degree", deg: "degree", dollar: "$", usd: "$", buck: "$", euro: "€", eur: "€", pound: "£", meter: "m", metre: "m", centimeter: "cm", centimetre: "cm",
  millimeter: "mm", millimetre: "mm", kilometer: "km", kilometre: "km", gram: "g", kilogram: "kg", milligram: "mg", second: "s", sec: "s", minute: "min",
  hour: "h", hr: "h", liter: "l", litre: "l", milliliter: "ml", millilitre: "ml", inch: "in", inches: "in", foot: "ft", feet: "ft", mile: "mi", unit: "",
};
/** Short names that stand behind a number without being a product of variables. */
const SHORT = new Set(["cm", "mm", "km", "nm", "kg", "mg", "ml", "ms", "min", "hr", "hrs", "ft", "in", "mi", "mph", "kmh", "lb", "lbs", "oz", "hz", "kw", "kwh", "mol", "rad", "deg", "usd", "eur", "m", "s", "g", "h", "l", "cents"]);

/** Where the unit begins in `tokens`, at least one token in; their number where there is none. */
export function unitStart(tokens: readonly Token[]): number {
  let start = tokens.length;
  for (let at = tokens.length - 1; at > 0 && mayBelong(tokens, at); at -= 1) if (begins(tokens[at] as Token)) start = at;
  return start;
}

/** `centimeters`, `cm` and `\text{cm}` alike; "" for none. */
export function unitName(tokens: readonly Token[]): string {
  const words = tokens.filter(({ text }) => text !== "{" && text !== "}" && text !== ".").map(({ text }) => oneName(text));
  return words.join(" ").replace(/ ?([/^*]) ?/g, "$1").trim();
}

function oneName(text: string): string {
  const lower = text.toLowerCase().replace(/[.\s]+$/, "");
  const single = /^\p{L}{2,}s$/u.test(lower) ? lower.slice(0, -1) : lower;
  return SPELLINGS[lower] ?? SPELLINGS[single] ?? single;
}

function begins({ kind, text, spaced }: Token): boolean {
  if (kind === "text" || text === "°") return true;
  if (kind === "word") return text.length > 3 || SHORT.has(text.toLowerCase());
  return kind === "name" && spaced && SHORT.has(text.toLowerCase());
}

/** A unit, or what stands within one: `m/s^2`. */
function mayBelong(tokens: readonly Token[], at: number): boolean {
  const token = tokens[at] as Token;
  if (begins(token)) return true;
  const before = tokens[at - 1];
  if (token.kind === "number") return before?.text === "^" || before?.text === "{";
  if (token.kind === "name") return before?.text === "/" && SHORT.has(token.text.toLowerCase());
  return ["^", "/", "{", "}", "-"].includes(token.text);
}
