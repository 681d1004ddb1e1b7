"""A piece of source code and where it comes from."""

from dataclasses import dataclass
from typing import Literal

Language = Literal["python", "typescript"]
SUFFIXES: dict[str, Language] = {".py": "python", ".ts": "typescript", ".tsx": "typescript"}


@dataclass(frozen=True)
class SourceFile:
    """`origin` is a package or a repository: what is held out is held out by origin."""

    language: Language
    origin: str
    path: str
    text: str


def normalised(data: bytes) -> str | None:
    """The text with plain line ends and without a mark at its start; None for what is no UTF-8."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
