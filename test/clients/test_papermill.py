"""papermill hands parameters over in both ways: its Python translator, and the small package of ours."""
import shutil
from pathlib import Path

import nbformat
import papermill
import pytest

PARAMETERS = {
    "number": 0.25,
    "count": 3,
    "nothing": None,
    "yes": True,
    "text": "it's \"quoted\" \\n and ünïcode 你好 😀\nsecond line",
    "nested": {"a": [1, 2.5, None, False], "b": {"c": "d"}},
}


@pytest.fixture
def notebook(tmp_path):
    metadata = {
        "kernelspec": {"name": "retort", "display_name": "Retort", "language": "retort"},
        "language_info": {"name": "retort"},
    }
    cells = [
        nbformat.v4.new_code_cell("%%vars\nnumber: 1", metadata={"tags": ["parameters"]}),
        nbformat.v4.new_code_cell(""),
    ]
    path = tmp_path / "in.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=metadata), path)
    return path


@pytest.fixture(params=["python-literals", "retort-papermill"])
def language(request, monkeypatch):
    """The two ways: `-l python` on a machine without our package, and our package."""
    if request.param == "retort-papermill":
        return None
    monkeypatch.delitem(papermill.translators.papermill_translators._translators, "retort")
    return "python"


def run(notebook, tmp_path, cell, language, parameters):
    source = nbformat.read(notebook, as_version=4)
    source.cells[-1].source = cell
    nbformat.write(source, notebook)
    return papermill.execute_notebook(str(notebook), str(tmp_path / "out.ipynb"), parameters=parameters, language=language, progress_bar=False)


def test_every_json_type_arrives(notebook, tmp_path, language):
    cell = "%%js\ndisplay({ 'application/json': [vars.number, vars.count, vars.nothing, vars.yes, vars.text, vars.nested] })"
    result = run(notebook, tmp_path, cell, language, PARAMETERS)
    assert ("%param" in result.cells[1].source) == (language is None)
    assert result.cells[-1].outputs[0]["data"]["application/json"] == list(PARAMETERS.values())


def test_numbers_that_json_has_not_arrive(notebook, tmp_path, language):
    result = run(notebook, tmp_path, "%%js\n[vars.x, vars.y]", language, {"x": float("nan"), "y": float("inf")})
    assert result.cells[-1].outputs[0]["data"]["text/plain"] == "[ NaN, Infinity ]"


def test_a_failed_cell_fails_papermill(tmp_path, notebook):
    with pytest.raises(papermill.exceptions.PapermillExecutionError, match="nosuchname"):
        run(notebook, tmp_path, "{{ nosuchname }}", None, {})


@pytest.fixture
def sweep(tmp_path):
    source = Path(__file__).resolve().parents[2] / "notebooks" / "temperature-sweep.ipynb"
    return shutil.copy(source, tmp_path / source.name)


def test_a_parameter_reaches_every_prompt_of_the_temperature_sweep(sweep, tmp_path):
    parameters = {"question": "What is the capital of Italy?", "expected": "Rome"}
    result = papermill.execute_notebook(sweep, str(tmp_path / "out.ipynb"), parameters=parameters, cwd=str(tmp_path), progress_bar=False)
    text = nbformat.writes(result)
    assert "contains: Rome" in text and "Paris" not in "".join(str(cell.get("outputs")) for cell in result.cells)


def test_a_failed_assertion_of_the_temperature_sweep_fails_the_job(sweep, tmp_path):
    with pytest.raises(papermill.exceptions.PapermillExecutionError, match="Assertion"):
        papermill.execute_notebook(sweep, str(tmp_path / "out.ipynb"), parameters={"expected": "Atlantis"}, cwd=str(tmp_path), progress_bar=False)
