/** The two distributions that intervals need. Absolute error of the probabilities below 1e-14. */

/** P(Z <= x) for a standard normal Z. */
export function normalCdf(x: number): number {
  if (x < -NORMAL_LIMIT) return 0;
  if (x > NORMAL_LIMIT) return 1;
  let term = x;
  let sum = x;
  for (let k = 3; Math.abs(term) > 1e-17 * Math.abs(sum); k += 2) {
    term *= (x * x) / k;
    sum += term;
  }
  return 0.5 + (sum * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI);
}

/** x with P(Z <= x) = p, 0 < p < 1. */
export function normalQuantile(p: number): number {
  return invert(normalCdf, p, -NORMAL_LIMIT, NORMAL_LIMIT);
}

/** P(T <= t) for Student's t with a whole number of degrees of freedom: the finite series for integers. */
export function studentCdf(t: number, degrees: number): number {
  const angle = Math.atan(t / Math.sqrt(degrees));
  const cosine2 = Math.cos(angle) ** 2;
  const odd = degrees % 2 === 1;
  let term = odd ? Math.cos(angle) : 1;
  let sum = degrees === 1 ? 0 : term;
  for (let k = odd ? 3 : 2; k < degrees; k += 2) {
    term *= (cosine2 * (k - 1)) / k;
    sum += term;
  }
  const inside = odd ? (2 / Math.PI) * (angle + Math.sin(angle) * sum) : Math.sin(angle) * sum;
  return (1 + inside) / 2;
}

/** t with P(T <= t) = p, 0.5 <= p < 1. */
export function studentQuantile(p: number, degrees: number): number {
  let high = 2;
  while (studentCdf(high, degrees) < p) high *= 2;
  return invert((t) => studentCdf(t, degrees), p, 0, high);
}

/** Beyond this many standard deviations the tail is smaller than the rounding error. */
const NORMAL_LIMIT = 8.3;

/** Bisection down to neighbouring numbers. */
function invert(cdf: (x: number) => number, p: number, low: number, high: number): number {
  for (;;) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) return middle;
    if (cdf(middle) < p) low = middle;
    else high = middle;
  }
}
