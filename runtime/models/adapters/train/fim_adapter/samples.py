"""A few completions with their prompts, by which another engine's arithmetic can be checked."""

import random
from collections.abc import Sequence
from typing import Any

import torch
from tokenizers import Tokenizer
from torch.nn import Module

from .evaluate import STOPS
from .generate import greedy
from .holes import cut_hole
from .layout import Limits, prompt_tokens
from .source_file import SourceFile

LINES_BEFORE, CHARS_AFTER = 4, 80
MOST_TOKENS = 10


def greedy_samples(model: Module, tokenizer: Tokenizer, files: Sequence[SourceFile], count: int, device: torch.device) -> list[dict[str, Any]]:
    """Short prompts, cut as text, so that they are the same tokens wherever they are tokenised. `text` has no end marker."""
    model.eval()
    rng = random.Random(11)
    samples: list[dict[str, Any]] = []
    while len(samples) < count:
        hole = cut_hole(rng.choice(files), "line", rng)
        if hole is None:
            continue
        prefix = "".join(hole.prefix.splitlines(keepends=True)[-LINES_BEFORE:])
        short = type(hole)(hole.file, hole.kind, prefix, hole.typed, hole.middle, hole.suffix[:CHARS_AFTER])
        prompt = prompt_tokens(short, lambda text: tokenizer.encode(text, add_special_tokens=False).ids, Limits())
        [(tokens, _)] = greedy(model, [prompt], STOPS, device, MOST_TOKENS)
        samples.append({"prefix": short.prefix, "suffix": short.suffix, "typed": short.typed, "prompt": prompt, "tokens": tokens, "text": tokenizer.decode(tokens, skip_special_tokens=False)})
    return samples
