"""Does a file still parse with the completion in the hole's place?"""

import ast
import json
import shutil
import subprocess
import warnings
from collections.abc import Sequence
from pathlib import Path

from .source_file import Language

_SCRIPT = Path(__file__).with_name("parse_typescript.mjs")
_TIMEOUT_S = 300


def python_parses(text: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def typescript_parses(texts: Sequence[str]) -> list[bool] | None:
    """By TypeScript's own parser; None where Node or the parser is not there."""
    node = shutil.which("node")
    if node is None:
        return None
    done = subprocess.run([node, str(_SCRIPT)], input=json.dumps(list(texts)), capture_output=True, text=True, timeout=_TIMEOUT_S, check=False)
    if "ERR_MODULE_NOT_FOUND" in done.stderr:
        return None
    if done.returncode != 0:
        raise RuntimeError(f"TypeScript's parser did not run: {done.stderr.strip()[-300:]}")
    return [bool(value) for value in json.loads(done.stdout)]


def parses(language: Language, texts: Sequence[str]) -> list[bool] | None:
    return [python_parses(text) for text in texts] if language == "python" else typescript_parses(texts)
