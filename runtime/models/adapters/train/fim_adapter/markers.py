"""Ids of the tokens that stand between the parts of a prompt."""

from typing import NamedTuple


class Markers(NamedTuple):
    """Special tokens of SmolLM2 that differ enough from each other: of its 17, eleven have the same untrained vector.

    Their embeddings stay as they are. llama.cpp ends the process on an adapter for the embedding of a model whose
    input and output share it.
    """

    prefix: int = 5  # <file_sep>
    suffix: int = 6  # <filename>
    middle: int = 3  # <repo_name>
    end: int = 0  # <|endoftext|>, which ends a generation by itself


MARKERS = Markers()
