"""Every example notebook, run whole by nbclient on the embedded model."""
import os
import socket
from pathlib import Path

import nbformat
import pytest

FOLDER = Path(__file__).resolve().parents[2] / "notebooks"
# The quickstart has tests of its own.
NOTEBOOKS = sorted(path.name for path in FOLDER.glob("*.ipynb") if path.name != "quickstart.ipynb")
MAX_OUTPUT_BYTES = 400_000


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_example_notebook_runs(name, example, copies):
    notebook = example(name)
    nbformat.validate(notebook)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert cells and all(cell.execution_count for cell in cells)
    assert not [output for cell in cells for output in cell.outputs if output.output_type == "error"]
    text = nbformat.writes(notebook)
    assert len(text) < MAX_OUTPUT_BYTES
    for secret in (os.environ["RETORT_HOME"], os.environ["RETORT_MODELS"], str(copies), f'"{socket.gethostname()}"'):
        assert secret not in text
