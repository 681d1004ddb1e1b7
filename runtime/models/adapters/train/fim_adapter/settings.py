"""What a run is made of. Every value is written into its results."""

from dataclasses import asdict, dataclass, field
from typing import Any

from .layout import Limits


@dataclass(frozen=True)
class TrainSettings:
    """Rank and steps decide size and time; `alpha` is twice the rank, as usual."""

    steps: int = 6000
    batch: int = 64
    learning_rate: float = 1e-3
    warm_up: float = 0.02
    last_rate: float = 0.1
    rank: int = 32
    block_share: float = 0.4
    seed: int = 1
    validate_every: int = 250
    validation_holes: int = 256
    limits: Limits = field(default_factory=Limits)

    @property
    def alpha(self) -> int:
        return 2 * self.rank

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "alpha": self.alpha}


FULL = TrainSettings()

SMALL = TrainSettings(steps=12, batch=4, learning_rate=2e-3, rank=8, validate_every=6, validation_holes=8, limits=Limits(prefix=48, suffix=24, typed=16, middle=24))
"""End to end on two CPU cores in minutes: it shows that everything fits together, and trains nothing of use."""
