"""The user's own code as a corpus."""

import subprocess
from pathlib import Path

from .source_file import SUFFIXES, SourceFile, normalised

HELD_OUT_EVERY = 10


def read_repository(folder: Path) -> list[SourceFile]:
    """What git tracks, so that nothing ignored is learnt; all files where it is no git repository."""
    listed = subprocess.run(["git", "-C", str(folder), "ls-files", "-z"], capture_output=True, check=False)
    if listed.returncode == 0:
        paths = sorted(name for name in listed.stdout.decode("utf-8", "surrogateescape").split("\0") if name)
    else:
        paths = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    files: list[SourceFile] = []
    for name in paths:
        path = folder / name
        language = SUFFIXES.get(path.suffix)
        if language is None or name.endswith(".d.ts") or not path.is_file():
            continue
        text = normalised(path.read_bytes())
        if text is not None:
            files.append(SourceFile(language, folder.resolve().name, name, text))
    return files


def split_repository(files: list[SourceFile]) -> tuple[list[SourceFile], list[SourceFile]]:
    """Training and held out. Of one repository there is no other to hold out, so every tenth file is: a weaker check, and the card says so."""
    held_out = files[HELD_OUT_EVERY // 2 :: HELD_OUT_EVERY]
    taken = {(file.origin, file.path) for file in held_out}
    return [file for file in files if (file.origin, file.path) not in taken], held_out
