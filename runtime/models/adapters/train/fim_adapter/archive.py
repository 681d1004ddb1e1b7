"""Source files and licence of a wheel or an npm tarball."""

import json
import posixpath
import tarfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .licence import npm_licence, python_licence
from .package_list import PackageName
from .source_file import SUFFIXES, SourceFile, normalised

MAX_FILE_BYTES = 40_000_000
MAX_PACKAGE_CHARS = 6_000_000
"""No package shall be most of what is learnt."""


@dataclass(frozen=True)
class PackageSources:
    package: PackageName
    version: str
    licence: str | None
    files: list[SourceFile]


def read_package(package: PackageName, path: Path) -> PackageSources:
    files = dict(_wheel(path) if path.suffix == ".whl" else _tarball(path))
    if package.language == "python":
        metadata = next((data for name, data in files.items() if name.endswith(".dist-info/METADATA")), b"").decode("utf-8", "replace")
        version, licence = path.name.split("-")[1], python_licence(metadata)
    else:
        manifest = files.get("package/package.json", b"{}").decode("utf-8", "replace")
        version, licence = str(json.loads(manifest).get("version", "unknown")), npm_licence(manifest)
    sources = [SourceFile(package.language, package.name, name, text) for name, text in _sources(package, files)]
    return PackageSources(package, version, licence, _capped(sources))


def _sources(package: PackageName, files: dict[str, bytes]) -> Iterator[tuple[str, str]]:
    """Also what source maps hold: many npm packages ship their TypeScript nowhere else."""
    seen: set[str] = set()
    for name, data in sorted(files.items()):
        pairs = _mapped(name, data) if name.endswith(".map") and package.language == "typescript" else [(name, normalised(data))]
        for path, text in pairs:
            if text is not None and path not in seen and SUFFIXES.get(posixpath.splitext(path)[1]) == package.language and not path.endswith(".d.ts"):
                seen.add(path)
                yield path, text


def _mapped(name: str, data: bytes) -> list[tuple[str, str | None]]:
    try:
        parsed = json.loads(data)
    except ValueError:
        return []
    if not isinstance(parsed, dict):
        return []
    paths, texts = parsed.get("sources") or [], parsed.get("sourcesContent") or []
    folder = posixpath.dirname(name)
    return [(posixpath.normpath(posixpath.join(folder, path)), text.replace("\r\n", "\n")) for path, text in zip(paths, texts, strict=False) if isinstance(path, str) and isinstance(text, str)]


def _capped(files: list[SourceFile]) -> list[SourceFile]:
    kept, size = [], 0
    for file in files:
        size += len(file.text)
        if size > MAX_PACKAGE_CHARS:
            break
        kept.append(file)
    return kept


def _wheel(path: Path) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(path) as archive:
        for entry in archive.infolist():
            if not entry.is_dir() and entry.file_size <= MAX_FILE_BYTES:
                yield entry.filename, archive.read(entry)


def _tarball(path: Path) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(path) as archive:
        for entry in archive:
            stream = archive.extractfile(entry) if entry.isfile() and entry.size <= MAX_FILE_BYTES else None
            if stream is not None:
                yield entry.name, stream.read()
