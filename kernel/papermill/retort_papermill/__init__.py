"""Writes papermill parameters as ``%param name = value`` lines.

Without this package ``papermill -l python`` works too: Retort reads a ``# Parameters`` cell of Python assignments.
"""
from papermill.engines import NBClientEngine
from papermill.translators import PythonTranslator, Translator, papermill_translators


class RetortTranslator(Translator):
    @classmethod
    def translate(cls, value):
        """Retort reads Python literals, and those have NaN, infinity and exact text, which JSON has not."""
        return PythonTranslator.translate(value)

    @classmethod
    def comment(cls, text):
        return f"# {text}".rstrip()

    @classmethod
    def assign(cls, name, text):
        return f"%param {name} = {text}"


papermill_translators.register("retort", RetortTranslator)


class RetortEngine(NBClientEngine):
    """papermill's own engine; it exists so that papermill loads this module."""
