"""Cuts a hole into a source file, as an editor would ask for it. Pure; all chance comes from the caller's generator."""

import random
import re
from dataclasses import dataclass
from typing import Literal

from .source_file import SourceFile

HoleKind = Literal["line", "block"]
MAX_BLOCK_LINES = 8
BOUNDARY_SHARE, MIDDLE_SHARE = 0.50, 0.25  # the rest stands at the start of the line's code

_BOUNDARY = re.compile(r"(?<=[.(=\s,:\[{])(?=\S)|(?<=\w)(?=\W)")


@dataclass(frozen=True)
class Hole:
    """`prefix` is whole lines with their ends, `typed` what stands before the cursor on its line."""

    file: SourceFile
    kind: HoleKind
    prefix: str
    typed: str
    middle: str
    suffix: str


def cut_hole(file: SourceFile, kind: HoleKind, rng: random.Random) -> Hole | None:
    """None where the file has no line to cut."""
    lines = file.text.split("\n")
    candidates = [at for at, line in enumerate(lines) if at > 0 and len(line.strip()) >= 4]
    if not candidates:
        return None
    at = rng.choice(candidates)
    column = _cursor(lines[at], rng)
    end = at + 1 if kind == "line" else _block_end(lines, at)
    rest = "\n".join([lines[at][column:], *lines[at + 1 : end]])
    middle = rest.rstrip()
    if middle == "":
        return None
    return Hole(
        file=file,
        kind=kind,
        prefix="".join(f"{line}\n" for line in lines[:at]),
        typed=lines[at][:column],
        middle=middle,
        suffix=rest[len(middle) :] + "".join(f"\n{line}" for line in lines[end:]),
    )


def _cursor(line: str, rng: random.Random) -> int:
    """Where people stop and look: mostly between two words or signs, sometimes within a word, or before anything is typed."""
    indent = len(line) - len(line.lstrip())
    draw = rng.random()
    boundaries = [match.start() for match in _BOUNDARY.finditer(line) if indent < match.start() < len(line.rstrip())]
    if draw < BOUNDARY_SHARE and boundaries:
        return rng.choice(boundaries)
    if draw < BOUNDARY_SHARE + MIDDLE_SHARE:
        return rng.randrange(indent, len(line.rstrip()))
    return indent


def _block_end(lines: list[str], at: int) -> int:
    """The line after the block: up to eight further lines that are indented at least as deep."""
    indent = len(lines[at]) - len(lines[at].lstrip())
    end = at + 1
    while end < len(lines) and end <= at + MAX_BLOCK_LINES:
        line = lines[end]
        if line.strip() != "" and len(line) - len(line.lstrip()) < indent:
            break
        end += 1
    return end
