"""How near a completion comes to what stood there. Pure."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

SAMPLES = 2_000


def exact_match(got: str, wanted: str) -> bool:
    """Trailing blanks do not count."""
    return got.rstrip() == wanted.rstrip()


def edit_similarity(got: str, wanted: str) -> float:
    """1 minus the Levenshtein distance over the longer length; 1 for two empty texts."""
    a, b = got.rstrip(), wanted.rstrip()
    if not a and not b:
        return 1.0
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, start=1):
        before, row[0] = row[0], i
        for j, y in enumerate(b, start=1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (x != y))
    return 1 - row[-1] / max(len(a), len(b))


@dataclass(frozen=True)
class Interval:
    """A mean with the middle 95 % of what resampling gives."""

    mean: float
    low: float
    high: float
    n: int


def bootstrap(values: Sequence[float], seed: int = 1) -> Interval | None:
    """None for no values. The same values give the same interval."""
    if not values:
        return None
    rng = random.Random(seed)
    means = sorted(sum(rng.choices(values, k=len(values))) / len(values) for _ in range(SAMPLES))
    return Interval(sum(values) / len(values), means[int(0.025 * SAMPLES)], means[int(0.975 * SAMPLES) - 1], len(values))
