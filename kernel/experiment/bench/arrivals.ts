/**
 * The gap to the next arrival in seconds: gamma distributed with mean 1 / `rate` and shape `burstiness`. Shape 1 is the
 * exponential distribution of a Poisson process; below 1 arrivals come in bursts, above they are more even.
 */
export function arrivalGap(rate: number, burstiness: number, random: () => number): number {
  return gammaDraw(burstiness, random) / (rate * burstiness);
}

/** A draw of the gamma distribution with scale 1 (Marsaglia and Tsang 2000). */
function gammaDraw(shape: number, random: () => number): number {
  if (shape < 1) return gammaDraw(shape + 1, random) * positive(random) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = normalDraw(random);
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(positive(random)) < (x * x) / 2 + d - d * v + d * Math.log(v)) return d * v;
  }
}

function normalDraw(random: () => number): number {
  return Math.sqrt(-2 * Math.log(positive(random))) * Math.cos(2 * Math.PI * random());
}

/** In (0, 1]: its logarithm exists. */
function positive(random: () => number): number {
  return 1 - random();
}
