"""Greedy decoding, the way the editor asks for it."""

from collections.abc import Sequence

import torch
from torch.nn import Module

from .markers import MARKERS


@torch.no_grad()
def greedy(model: Module, prompts: Sequence[Sequence[int]], stops: frozenset[int], device: torch.device, most: int) -> list[tuple[list[int], int | None]]:
    """For each prompt the tokens before the first stop token, and that token; None where none came within `most`."""
    longest = max(len(prompt) for prompt in prompts)
    # On the left, so that all of them go on at the same place.
    tokens = torch.tensor([[MARKERS.end] * (longest - len(prompt)) + list(prompt) for prompt in prompts], device=device)
    mask = torch.tensor([[0] * (longest - len(prompt)) + [1] * len(prompt) for prompt in prompts], device=device)
    reply = model.generate(input_ids=tokens, attention_mask=mask, do_sample=False, max_new_tokens=most, eos_token_id=sorted(stops), pad_token_id=MARKERS.end)
    return [_until_stop(row, stops) for row in reply[:, longest:].tolist()]


def _until_stop(tokens: list[int], stops: frozenset[int]) -> tuple[list[int], int | None]:
    for at, token in enumerate(tokens):
        if token in stops:
            return tokens[:at], token
    return tokens, None
