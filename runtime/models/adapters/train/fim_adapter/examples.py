"""An endless stream of training examples. Pure but for the files it is given."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace

from .holes import cut_hole
from .layout import Encode, Example, Limits, example
from .source_file import SourceFile

BLOCK_SHARE = 0.4
EMPTY_SUFFIX_SHARE = 0.15
SHORTEST = 0.2


def training_examples(files: Sequence[SourceFile], encode: Encode, limits: Limits, rng: random.Random, block_share: float = BLOCK_SHARE) -> Iterator[Example]:
    """Languages take turns, whatever their share of the corpus; lengths vary, so that short files work too."""
    by_language = [group for language in ("python", "typescript") if (group := [file for file in files if file.language == language])]
    if not by_language:
        raise ValueError("There is no file to train on.")
    while True:
        for group in by_language:
            hole = cut_hole(rng.choice(group), "block" if rng.random() < block_share else "line", rng)
            if hole is None:
                continue
            if rng.random() < EMPTY_SUFFIX_SHARE:
                hole = replace(hole, suffix="")
            yield example(hole, encode, shortened(limits, rng))


def shortened(limits: Limits, rng: random.Random) -> Limits:
    return replace(limits, prefix=_part(limits.prefix, rng), suffix=_part(limits.suffix, rng))


def _part(count: int, rng: random.Random) -> int:
    return max(1, round(count * rng.uniform(SHORTEST, 1)))
