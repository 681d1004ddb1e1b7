"""A hole as tokens, in the engine's order: prefix lines, suffix, middle marker, typed part of the line. Pure."""

from collections.abc import Callable
from dataclasses import dataclass

from .holes import Hole
from .markers import MARKERS, Markers

Encode = Callable[[str], list[int]]


@dataclass(frozen=True)
class Limits:
    """Most tokens of each part."""

    prefix: int = 640
    suffix: int = 256
    typed: int = 32
    middle: int = 96


@dataclass(frozen=True)
class Example:
    """`tokens[middle_from:]` is what the model has to write; the end marker is part of it where the hole is not cut."""

    tokens: list[int]
    middle_from: int


def prompt_tokens(hole: Hole, encode: Encode, limits: Limits, markers: Markers = MARKERS) -> list[int]:
    """The four pieces are tokenised apart, so a key at the cursor adds its own tokens only."""
    return [
        markers.prefix,
        *_last(encode(_tail(hole.prefix, limits.prefix)), limits.prefix),
        markers.suffix,
        *encode(_head(hole.suffix, limits.suffix))[: limits.suffix],
        markers.middle,
        *_last(encode(hole.typed), limits.typed),
    ]


def plain_tokens(hole: Hole, encode: Encode, limits: Limits) -> list[int]:
    """The prompt of a model without the training: what stands before the cursor, in as many tokens as the other prompt has."""
    room = limits.prefix + limits.suffix + limits.typed
    return _last(encode(_tail(hole.prefix + hole.typed, room)), room)


def example(hole: Hole, encode: Encode, limits: Limits, markers: Markers = MARKERS) -> Example:
    prompt = prompt_tokens(hole, encode, limits, markers)
    middle = encode(hole.middle)
    complete = len(middle) <= limits.middle
    return Example([*prompt, *(middle if complete else middle[: limits.middle]), *([markers.end] if complete else [])], len(prompt))


# Far more characters than tokens, so that a long file is not tokenised for its last lines.
_CHARS_PER_TOKEN = 12


def _tail(text: str, tokens: int) -> str:
    return text[max(0, len(text) - tokens * _CHARS_PER_TOKEN) :]


def _head(text: str, tokens: int) -> str:
    return text[: tokens * _CHARS_PER_TOKEN]


def _last(tokens: list[int], count: int) -> list[int]:
    return tokens[max(0, len(tokens) - count) :]
