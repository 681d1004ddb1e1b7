"""Which packages the corpus is made of."""

import json
from dataclasses import dataclass
from pathlib import Path

from .source_file import Language

_LIST = Path(__file__).parents[1] / "packages.json"


@dataclass(frozen=True)
class PackageName:
    language: Language
    name: str
    held_out: bool


def listed_packages(small: bool, path: Path = _LIST) -> list[PackageName]:
    """In the file's order, what is held out first: the copies of it then leave the training side."""
    listed = json.loads(path.read_text(encoding="utf-8"))
    groups = listed["small"] if small else listed
    languages: tuple[Language, ...] = ("python", "typescript")
    return [PackageName(language, name, part == "held_out") for part in ("held_out", "training") for language in languages for name in groups[language][part]]
