"""nbclient runs the quickstart notebook and plain cells as any other kernel's."""
import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError


def run(*sources, **options):
    notebook = nbformat.v4.new_notebook(metadata={"kernelspec": {"name": "retort", "display_name": "Retort", "language": "retort"}})
    notebook.cells = [nbformat.v4.new_code_cell(source) for source in sources]
    NotebookClient(notebook, timeout=120, **options).execute()
    return notebook


def mime_types(cell):
    return [mime for output in cell.outputs for mime in output.get("data", {})]


def test_quickstart_runs_with_the_real_model(executed_quickstart):
    cells = [cell for cell in executed_quickstart.cells if cell.cell_type == "code"]
    assert all(cell.execution_count for cell in cells)
    assert any("text/markdown" in mime_types(cell) for cell in cells)
    text = nbformat.writes(executed_quickstart)
    for expected in ("TTFT", "tok/s", "fp16", "int8", "image/png"):
        assert expected in text
    nbformat.validate(executed_quickstart)


def test_outputs_hold_nothing_of_this_machine(executed_quickstart):
    import getpass
    import json
    import os
    import re
    import socket

    text = nbformat.writes(executed_quickstart)
    for secret in (os.environ["RETORT_HOME"], os.environ["RETORT_MODELS"], os.getcwd(), f'"{socket.gethostname()}"'):
        assert secret not in text
    user = getpass.getuser()
    assert len(user) <= 4 or user not in text
    # No time of day and no address of this machine's runtime. nbclient notes times of its own beside the outputs.
    outputs = json.dumps([cell.outputs for cell in executed_quickstart.cells if cell.cell_type == "code"])
    assert not re.search(r"20\d\d-\d\d-\d\d[T ]\d\d:\d\d|127\.0\.0\.1|localhost", outputs)
    # No path from the root of a file system, and no bearer token.
    assert not re.search(r"[\s\"'(=]/(?:home|root|Users|tmp|var)/[\w.-]|Bearer [A-Za-z0-9_-]{8}", outputs)


def test_progress_is_folded_into_one_stored_output():
    notebook = run("---\nruns: 3\nmax_tokens: 4\nseed: 1\n---\nSay hello.")
    progress = [output for output in notebook.cells[0].outputs if "3 of 3" in str(output.get("data", {}).get("text/plain", ""))]
    assert len(progress) <= 1
    assert sum(output.output_type == "stream" for output in notebook.cells[0].outputs) <= 1


def test_an_error_stops_the_notebook_with_its_hint():
    with pytest.raises(CellExecutionError, match="temperature"):
        run("---\ntemprature: 0.5\n---\nhello", "%echo never")


def test_a_typo_never_reaches_the_model():
    notebook = run("---\ntemprature: 0.5\n---\nhello", allow_errors=True)
    (output,) = notebook.cells[0].outputs
    assert output.output_type == "error"


def test_names_of_earlier_cells_can_be_used():
    notebook = run(
        "%%vars\nword: kiwi",
        "---\nname: first\nmax_tokens: 8\ntemperature: 0\n---\nRepeat the word {{ word }}.",
        "%%js\n[first.answer.length > 0, vars.word]",
    )
    assert notebook.cells[2].outputs[0]["data"]["text/plain"] == "[ true, 'kiwi' ]"
