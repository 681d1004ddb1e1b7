"""The order of rows in matrices that are rotated by position: llama.cpp pairs neighbours, PyTorch halves."""

import numpy as np


def from_gguf(rows: np.ndarray, heads: int) -> np.ndarray:
    """Rows of a query or key matrix (or of its LoRA B) from llama.cpp's order to that of transformers."""
    half = rows.shape[0] // heads // 2
    return rows.reshape(heads, half, 2, *rows.shape[1:]).swapaxes(1, 2).reshape(rows.shape)


def to_gguf(rows: np.ndarray, heads: int) -> np.ndarray:
    """The way back."""
    half = rows.shape[0] // heads // 2
    return rows.reshape(heads, 2, half, *rows.shape[1:]).swapaxes(1, 2).reshape(rows.shape)
