"""Packages through the user's own pip and npm: their settings say from where."""

import shutil
import subprocess
import sys
from pathlib import Path

from .package_list import PackageName

_TIMEOUT_S = 600


def download(package: PackageName, folder: Path) -> Path:
    """The wheel or tarball of the newest version; what lies in `folder` already is taken. Raises RuntimeError naming the package."""
    own = folder / package.language / package.name.replace("/", "+")
    own.mkdir(parents=True, exist_ok=True)
    if found := _archive(own):
        return found
    if package.language == "python":
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps", "--only-binary", ":all:", "--dest", str(own), package.name]
    else:
        npm = shutil.which("npm")
        if npm is None:
            raise RuntimeError("npm was not found; the TypeScript packages come through it.")
        command = [npm, "pack", "--silent", "--ignore-scripts", "--pack-destination", str(own), package.name]
    done = subprocess.run(command, capture_output=True, text=True, timeout=_TIMEOUT_S, check=False)
    found = _archive(own)
    if done.returncode != 0 or found is None:
        raise RuntimeError(f"{package.name} could not be downloaded: {done.stderr.strip()[-300:]}")
    return found


def _archive(folder: Path) -> Path | None:
    return next((path for path in sorted(folder.iterdir()) if path.suffix in (".whl", ".tgz")), None)
