"""Files to train on, files to evaluate with, and where all of them are from."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .archive import read_package
from .dedupe import without_copies
from .download import download
from .filters import filtered
from .licence import is_usable
from .package_list import PackageName
from .repository import read_repository, split_repository
from .source_file import SourceFile


@dataclass
class Corpus:
    """`raw` is the training side before filters, for the run that shows what they are worth."""

    training: list[SourceFile]
    held_out: list[SourceFile]
    raw: list[SourceFile]
    packages: list[dict[str, Any]] = field(default_factory=list)
    dropped: dict[str, int] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {
            "training_files": len(self.training),
            "training_origins": len({file.origin for file in self.training}),
            "held_out_files": len(self.held_out),
            "dropped": self.dropped,
            "packages": self.packages,
        }


def corpus_of_packages(names: list[PackageName], folder: Path, report: Callable[[str], None]) -> Corpus:
    """Held-out packages are never trained on, nor what is copied from them. A licence that forbids the use leaves its package out."""
    held_out: list[SourceFile] = []
    raw: list[SourceFile] = []
    packages: list[dict[str, Any]] = []
    unusable = 0
    for name in names:
        sources = read_package(name, download(name, folder))
        usable = name.held_out or is_usable(sources.licence)
        packages.append({"name": name.name, "version": sources.version, "licence": sources.licence or "not stated", "held_out": name.held_out, "files": len(sources.files) if usable else 0})
        report(f"{name.name} {sources.version}: {len(sources.files)} files, {sources.licence or 'no licence stated'}{'' if usable else ': left out'}")
        if usable:
            (held_out if name.held_out else raw).extend(sources.files)
        else:
            unusable += len(sources.files)
    corpus = _joined(raw, held_out)
    corpus.packages = packages
    if unusable:
        corpus.dropped["licence"] = unusable
    return corpus


def corpus_of_repository(folder: Path) -> Corpus:
    raw, held_out = split_repository(read_repository(folder))
    corpus = _joined(raw, held_out)
    corpus.packages = [
        {"name": folder.resolve().name, "version": "-", "licence": "the user's own", "held_out": part, "files": len(files)}
        for part, files in ((False, corpus.training), (True, corpus.held_out))
    ]
    return corpus


def _joined(raw: list[SourceFile], held_out: list[SourceFile]) -> Corpus:
    kept_out, dropped_out = filtered(held_out)
    kept, dropped = filtered(raw)
    unique, copies = without_copies([*kept_out, *kept])
    outside = {id(file) for file in kept_out}
    counts = {reason: dropped.get(reason, 0) + dropped_out.get(reason, 0) for reason in {*dropped, *dropped_out}}
    if copies:
        counts["copy of another"] = copies
    # Without filters, but not with what is held out.
    texts_out = {file.text for file in held_out}
    return Corpus(
        training=[file for file in unique if id(file) not in outside],
        held_out=[file for file in unique if id(file) in outside],
        raw=[file for file in raw if file.text not in texts_out],
        dropped=counts,
    )
