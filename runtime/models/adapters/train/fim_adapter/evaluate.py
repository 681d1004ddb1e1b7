"""Held-out holes, filled by the model with the adapter and by the one without."""

import random
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any

import torch
from tokenizers import Tokenizer
from torch.nn import Module

from .generate import greedy
from .holes import Hole, HoleKind, cut_hole
from .layout import Limits, plain_tokens, prompt_tokens
from .markers import MARKERS
from .parse_check import parses
from .scores import bootstrap, edit_similarity, exact_match
from .source_file import Language, SourceFile

MOST = {"line": 48, "block": 192}
BATCH = 32
LONGER = {"line": 1, "block": 2}
"""Tokens at most, and at most so many times what a hole of the training has."""
STOPS = frozenset({MARKERS.end, 2, 4})
"""What ends a generation in llama.cpp: for SmolLM2 also the end of a turn, and a token that it takes for a marker of repositories."""


@dataclass(frozen=True)
class Filled:
    """One hole and what was written into it. `ended`: by an end token or, for a line, by its end."""

    hole: Hole
    text: str
    ended: bool


def held_out_holes(files: Sequence[SourceFile], language: Language, kind: HoleKind, count: int, seed: int = 7) -> list[Hole]:
    """Only in files that parse, so that parse errors are the completion's. Fewer than `count` where the files give no more."""
    own = [file for file in files if file.language == language]
    whole = parses(language, [file.text for file in own])
    own = own if whole is None else [file for file, good in zip(own, whole, strict=True) if good]
    if not own:
        return []
    rng = random.Random(seed)
    cut = (cut_hole(rng.choice(own), kind, rng) for _ in range(20 * count))
    return list(islice((hole for hole in cut if hole is not None), count))


def fill(model: Module, tokenizer: Tokenizer, holes: Sequence[Hole], limits: Limits, device: torch.device, plain: bool) -> list[Filled]:
    """`plain`: continues what stands before the cursor, as a model without the training has to."""

    def encode(text: str) -> list[int]:
        return tokenizer.encode(text, add_special_tokens=False).ids

    lines_end = newline_tokens(tokenizer)
    prompts = {id(hole): plain_tokens(hole, encode, limits) if plain else prompt_tokens(hole, encode, limits) for hole in holes}
    # Batches of like lengths: little is padded.
    order = sorted(holes, key=lambda hole: (hole.kind, len(prompts[id(hole)])))
    filled: dict[int, Filled] = {}
    for kind in ("line", "block"):
        own = [hole for hole in order if hole.kind == kind]
        for at in range(0, len(own), BATCH):
            some = own[at : at + BATCH]
            stops = STOPS | lines_end if kind == "line" else STOPS
            most = min(MOST[kind], limits.middle * LONGER[kind])
            for hole, (tokens, stop) in zip(some, greedy(model, [prompts[id(hole)] for hole in some], stops, device, most), strict=True):
                last = [] if stop is None or stop in STOPS else [stop]
                filled[id(hole)] = Filled(hole, _kept(hole, tokenizer.decode([*tokens, *last], skip_special_tokens=False), plain), stop is not None)
    return [filled[id(hole)] for hole in holes]


def newline_tokens(tokenizer: Tokenizer) -> frozenset[int]:
    """Tokens with which a line ends. The vocabulary writes a line feed as Ċ."""
    return frozenset(index for token, index in tokenizer.get_vocab().items() if "Ċ" in token)


def _kept(hole: Hole, text: str, plain: bool) -> str:
    """A continuation knows no end of a block: as many lines as were wanted are kept."""
    if hole.kind == "line":
        return text.split("\n")[0]
    return "\n".join(text.split("\n")[: hole.middle.count("\n") + 1]) if plain else text


def scored(filled: Sequence[Filled]) -> dict[str, Any]:
    """Each figure with its interval; `parse_ok` is null where there is no parser."""
    language: Language = filled[0].hole.file.language if filled else "python"
    texts = [one.hole.prefix + one.hole.typed + one.text + one.hole.suffix for one in filled]
    good = parses(language, texts) if filled else None

    def interval(values: Sequence[float]) -> dict[str, float] | None:
        found = bootstrap(values)
        return None if found is None else asdict(found)

    return {
        "exact_match": interval([float(exact_match(one.text, one.hole.middle)) for one in filled]),
        "edit_similarity": interval([edit_similarity(one.text, one.hole.middle) for one in filled]),
        "parse_ok": None if good is None else interval([float(value) for value in good]),
        "ended": interval([float(one.ended) for one in filled]),
    }


def evaluate(model: Module, tokenizer: Tokenizer, files: Sequence[SourceFile], limits: Limits, device: torch.device, counts: dict[HoleKind, int], plain: bool, report: Callable[[str], None]) -> dict[str, Any]:
    """Scores by language and kind of hole."""
    model.eval()
    result: dict[str, Any] = {}
    languages: tuple[Language, ...] = ("python", "typescript")
    for language in languages:
        for kind, count in counts.items():
            holes = held_out_holes(files, language, kind, count)
            if holes:
                report(f"{language}, {len(holes)} holes of the kind {kind}")
                result.setdefault(language, {})[kind] = scored(fill(model, tokenizer, holes, limits, device, plain))
    return result
