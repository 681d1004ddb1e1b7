"""Leaves out what has been seen: whole files, and files that are mostly copies of others. Pure."""

import hashlib
from collections.abc import Iterable

from .source_file import SourceFile

SEEN_SHARE = 0.7
LONG_LINE = 30


def without_copies(files: Iterable[SourceFile]) -> tuple[list[SourceFile], int]:
    """In the given order: put what is held out first, then its copies leave the training side."""
    texts: set[bytes] = set()
    lines: set[int] = set()
    kept: list[SourceFile] = []
    dropped = 0
    for file in files:
        digest = hashlib.sha256("".join(file.text.split()).encode()).digest()
        long = {hash(line.strip()) for line in file.text.split("\n") if len(line.strip()) >= LONG_LINE}
        copied = digest in texts or (len(long) > 0 and len(long & lines) / len(long) > SEEN_SHARE)
        texts.add(digest)
        lines |= long
        if copied:
            dropped += 1
        else:
            kept.append(file)
    return kept, dropped
