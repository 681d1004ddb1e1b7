"""Writes papermill parameters as ``%param name = value`` lines, the value in JSON.

Without this package ``papermill -l python`` works too: Retort reads Python literals in a ``# Parameters`` cell.
"""
import json
import math

from papermill.engines import NBClientEngine
from papermill.translators import Translator, papermill_translators


class RetortTranslator(Translator):
    @classmethod
    def translate(cls, value):
        return json.dumps(_finite(value), ensure_ascii=False)

    @classmethod
    def comment(cls, text):
        return f"# {text}".rstrip()

    @classmethod
    def assign(cls, name, text):
        return f"%param {name} = {text}"


def _finite(value):
    """JSON has no NaN and no infinity: they become null, as in every other JSON writer."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(item) for item in value]
    return value


papermill_translators.register("retort", RetortTranslator)


class RetortEngine(NBClientEngine):
    """papermill's own engine; it exists so that papermill loads this module."""
