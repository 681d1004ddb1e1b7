"""Examples as rectangles of tokens."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch

from .layout import Example

IGNORED = -100
"""The label that counts for nothing, as PyTorch's cross entropy has it."""


@dataclass(frozen=True)
class Batch:
    """All of the shape [examples, longest]. `labels` are those of the same position; the loss moves them by one."""

    tokens: torch.Tensor
    mask: torch.Tensor
    labels: torch.Tensor

    def to(self, device: torch.device) -> "Batch":
        return Batch(self.tokens.to(device), self.mask.to(device), self.labels.to(device))


def batch_of(examples: Sequence[Example], pad: int = 0) -> Batch:
    """Only the middle carries loss: a model of this size learns the code around it no better in the time there is."""
    longest = max(len(one.tokens) for one in examples)
    tokens = torch.full((len(examples), longest), pad, dtype=torch.long)
    mask = torch.zeros((len(examples), longest), dtype=torch.long)
    labels = torch.full((len(examples), longest), IGNORED, dtype=torch.long)
    for row, one in enumerate(examples):
        size = len(one.tokens)
        tokens[row, :size] = torch.tensor(one.tokens)
        mask[row, :size] = 1
        labels[row, one.middle_from : size] = torch.tensor(one.tokens[one.middle_from :])
    return Batch(tokens, mask, labels)


def batches(examples: Iterator[Example], size: int, pool: int = 8) -> Iterator[Batch]:
    """Batches of like lengths: of a pool of several batches, sorted, so that little is padded."""
    while True:
        some = sorted((next(examples) for _ in range(size * pool)), key=lambda one: len(one.tokens))
        for start in _spread(pool):
            yield batch_of(some[start * size : (start + 1) * size])


def _spread(count: int) -> list[int]:
    """Short and long in turn, so that the mean length of neighbouring steps is about the same."""
    order = list(range(count))
    return [order[at // 2] if at % 2 == 0 else order[-1 - at // 2] for at in range(count)]
