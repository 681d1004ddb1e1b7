/** An exact fraction: `d` is positive, and the two have no common divisor. */
export interface Rational {
  n: bigint;
  d: bigint;
}

/** Larger numbers are worked out as floating point, if at all: an answer shall not cost minutes. */
const MAX_BITS = 4096n;
const LIMIT = 1n << MAX_BITS;

/** Null for a zero denominator, and where the result is larger than an answer would be. */
export function rational(n: bigint, d: bigint): Rational | null {
  if (d === 0n || size(n) > LIMIT || size(d) > LIMIT) return null;
  const divisor = gcd(size(n), size(d));
  const sign = d < 0n ? -1n : 1n;
  return divisor === 0n ? { n: 0n, d: 1n } : { n: (sign * n) / divisor, d: (sign * d) / divisor };
}

/** `12.50` or `1.6e3`, exactly. Null where the exponent is absurd. */
export function fromDecimal(text: string): Rational | null {
  const [, whole = "", decimals = "", exponent = "0"] = /^(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  const shift = Number(exponent) - decimals.length;
  const digits = whole + decimals;
  if (digits === "" || Math.abs(shift) > MAX_SHIFT || digits.length > MAX_SHIFT) return null;
  const n = BigInt(digits);
  return shift >= 0 ? rational(n * 10n ** BigInt(shift), 1n) : rational(n, 10n ** BigInt(-shift));
}

const MAX_SHIFT = 1000;

export function add(a: Rational, b: Rational): Rational | null {
  return rational(a.n * b.d + b.n * a.d, a.d * b.d);
}

export function multiply(a: Rational, b: Rational): Rational | null {
  return rational(a.n * b.n, a.d * b.d);
}

export function divide(a: Rational, b: Rational): Rational | null {
  return rational(a.n * b.d, a.d * b.n);
}

/** Whole exponents only. */
export function power(base: Rational, exponent: Rational): Rational | null {
  if (exponent.d !== 1n || size(exponent.n) > 1000n) return null;
  const bits = BigInt(Math.max(base.n.toString(2).length, base.d.toString(2).length));
  if (bits * size(exponent.n) > MAX_BITS) return null;
  const e = size(exponent.n);
  return exponent.n >= 0n ? rational(base.n ** e, base.d ** e) : rational(base.d ** e, base.n ** e);
}

/** The k-th root where it is a fraction itself. */
export function root(of: Rational, k: number): Rational | null {
  if (of.n < 0n) return null;
  const n = wholeRoot(of.n, k);
  const d = wholeRoot(of.d, k);
  return n === null || d === null ? null : rational(n, d);
}

export function equals(a: Rational, b: Rational): boolean {
  return a.n === b.n && a.d === b.d;
}

export function toNumber({ n, d }: Rational): number {
  const direct = Number(n) / Number(d);
  if (Number.isFinite(direct)) return direct;
  // Both too large for a double: what counts is in their leading bits.
  const shift = BigInt(Math.max(0, Math.min(n.toString(2).length, d.toString(2).length) - 64));
  return Number(n >> shift) / Number(d >> shift);
}

function wholeRoot(value: bigint, k: number): bigint | null {
  const guess = BigInt(Math.round(Number(value) ** (1 / k)) || 0);
  for (const candidate of [guess - 1n, guess, guess + 1n]) {
    if (candidate >= 0n && candidate ** BigInt(k) === value) return candidate;
  }
  return null;
}

function size(value: bigint): bigint {
  return value < 0n ? -value : value;
}

function gcd(a: bigint, b: bigint): bigint {
  while (b !== 0n) [a, b] = [b, a % b];
  return a;
}
