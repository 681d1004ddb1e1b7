"""Loss over the tokens of the middle."""

from collections.abc import Sequence

import torch
from torch.nn import Module
from torch.nn.functional import cross_entropy

from .batches import IGNORED, Batch


def middle_loss(model: Module, batch: Batch) -> torch.Tensor:
    """Mean negative log likelihood, in nats per token of the middle. The logits of all other positions are not computed."""
    hidden = model.get_base_model().model(input_ids=batch.tokens, attention_mask=batch.mask).last_hidden_state
    targets = batch.labels[:, 1:]
    wanted = targets != IGNORED
    logits = model.get_base_model().lm_head(hidden[:, :-1][wanted])
    return cross_entropy(logits.float(), targets[wanted])


@torch.no_grad()
def held_out_loss(model: Module, held_out: Sequence[Batch], device: torch.device) -> float:
    """Mean over all tokens of all batches."""
    model.eval()
    total, count = 0.0, 0
    for batch in held_out:
        tokens = int((batch.labels != IGNORED).sum())
        with autocast(device):
            total += float(middle_loss(model, batch.to(device))) * tokens
        count += tokens
    model.train()
    return total / max(1, count)


def autocast(device: torch.device) -> torch.autocast:
    """bfloat16 where it computes, float32 where it adds up. Without it a CPU is ten times slower."""
    return torch.autocast(device_type=device.type, dtype=torch.bfloat16)
