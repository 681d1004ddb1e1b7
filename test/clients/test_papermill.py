"""papermill hands parameters over in both ways: its Python translator, and the small package of ours."""
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
        nbformat.v4.new_code_cell("%%js\n[vars.number, vars.count, vars.nothing, vars.yes, vars.text, vars.nested]"),
    ]
    path = tmp_path / "in.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=metadata), path)
    return path


@pytest.mark.parametrize("language", ["python", None], ids=["python-literals", "retort-papermill"])
def test_every_json_type_arrives(notebook, tmp_path, language):
    import ast
    import json

    result = papermill.execute_notebook(str(notebook), str(tmp_path / "out.ipynb"), parameters=PARAMETERS, language=language, progress_bar=False)
    text = result.cells[-1].outputs[0]["data"]["text/plain"]
    assert json.loads(ast.literal_eval(text)) == list(PARAMETERS.values())


def test_nan_is_read_from_python_literals(notebook, tmp_path):
    source = nbformat.read(notebook, as_version=4)
    source.cells[-1].source = "%%js\nNumber.isNaN(vars.x)"
    nbformat.write(source, notebook)
    result = papermill.execute_notebook(str(notebook), str(tmp_path / "out.ipynb"), parameters={"x": float("nan")}, language="python", progress_bar=False)
    assert result.cells[-1].outputs[0]["data"]["text/plain"] == "true"


def test_a_failed_cell_fails_papermill(tmp_path, notebook):
    source = nbformat.read(notebook, as_version=4)
    source.cells[-1].source = "{{ nosuchname }}"
    nbformat.write(source, notebook)
    with pytest.raises(papermill.exceptions.PapermillExecutionError, match="nosuchname"):
        papermill.execute_notebook(str(notebook), str(tmp_path / "out.ipynb"), progress_bar=False)
