"""The notebooks about assertions and tools run with the real model, and a failed assertion fails a papermill job."""
import json
import subprocess
import sys

import nbformat
import pytest

RUNS = "application/vnd.retort.runs+json"
ONE_CELL = 30_000
SWEEP = 150_000


def text_of(cell):
    return "\n".join(output.get("data", {}).get("text/plain", "") for output in cell.outputs)


def cell_named(notebook, name):
    return next(cell for cell in notebook.cells if f"name: {name}\n" in cell.source)


def rows_of(cell):
    return next(output["data"][RUNS]["rows"] for output in cell.outputs if RUNS in output.get("data", {}))


def test_mathematics_reports_right_and_wrong_answers(example):
    notebook = example("mathematics.ipynb")
    repeated = rows_of(cell_named(notebook, "repeated"))
    assert [row["seed"] for row in repeated] == [100, 101, 102, 103]
    for row in repeated:
        (check,) = row["checks"]
        assert check["name"] == "boxed: 4"
        assert check["verdict"] in ("pass", "fail")
        # The verdict follows from what the answer says, whichever that is.
        assert row["passed"] == (row["boxed"] == "4")
    questions = rows_of(cell_named(notebook, "questions"))
    assert [row["checks"][0]["name"] for row in questions] == ["boxed: 12", "boxed: \\frac{1}{2}", "boxed: 2, -2"]
    assert "passed (share)" in text_of(cell_named(notebook, "questions"))
    assert text_of(notebook.cells[-1]).splitlines()[-1] == "7"
    assert len(json.dumps(cell_named(notebook, "once").outputs)) <= ONE_CELL


def test_json_and_tools_shows_every_step(example):
    notebook = example("json-and-tools.ipynb")
    for row in rows_of(cell_named(notebook, "person")):
        assert isinstance(row["json"]["age"], int) and row["passed"]
    asked = text_of(cell_named(notebook, "asked"))
    assert "clock" in asked and '"zone"' in asked and "✓ passed" in asked
    reckoned = text_of(cell_named(notebook, "reckoned"))
    assert "calculator" in reckoned and '{"expression":' in reckoned
    for name in ("asked", "reckoned", "brief"):
        assert len(json.dumps(cell_named(notebook, name).outputs)) <= ONE_CELL
    assert len(json.dumps(cell_named(notebook, "person").outputs)) <= SWEEP


def edits(a, b):
    """Levenshtein's distance, apart from the notebook's own."""
    above = list(range(len(b) + 1))
    for i, left in enumerate(a, 1):
        line = [i]
        for j, right in enumerate(b, 1):
            line.append(min(above[j] + 1, line[-1] + 1, above[j - 1] + (left != right)))
        above = line
    return above[-1]


def test_completion_quality_goes_on_with_every_hole_in_both_contexts(example):
    notebook = example("completion-quality.ipynb")
    rows = rows_of(cell_named(notebook, "ghost"))
    assert [len([row for row in rows if row["prompt"] == context]) for context in ("alone", "file")] == [8, 8]
    assert {row["row"]["language"] for row in rows} == {"python", "typescript"}
    for row in rows:
        (check,) = row["checks"]
        answer, expected = row["answer"].strip(), row["row"]["expected"].strip()
        assert "\n" not in answer, "the line ends the answer"
        similarity = 1 - edits(answer, expected) / max(len(answer), len(expected))
        assert check["score"] == pytest.approx(similarity)
        assert row["passed"] == (similarity >= 0.8)
    assert len({row["answer"] for row in rows}) > 4, "the model goes on with the code of each hole"
    assert "8 pairs" in text_of(next(cell for cell in notebook.cells if cell.source.startswith("%%compare")))


def papermill(notebooks, target, *arguments):
    command = [sys.executable, "-m", "papermill", str(notebooks / "papermill-ci.ipynb"), str(target), "--no-progress-bar", "--cwd", str(notebooks), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=280)


def test_papermill_passes_with_the_defaults(notebooks, tmp_path):
    result = papermill(notebooks, tmp_path / "out.ipynb")
    assert result.returncode == 0, result.stderr
    sweep = cell_named(nbformat.read(tmp_path / "out.ipynb", as_version=4), "sweep")
    assert [row["passed"] for row in rows_of(sweep)] == [True] * 4


@pytest.mark.parametrize("language", [[], ["-l", "python"]], ids=["retort-papermill", "python-literals"])
def test_papermill_fails_the_job_on_a_failed_assertion(notebooks, tmp_path, language):
    result = papermill(notebooks, tmp_path / "out.ipynb", "-p", "most_tokens", "0", *language)
    assert result.returncode != 0
    assert "AssertionFailed" in result.stderr
    assert "0 of 2 runs with temperature 0 passed" in result.stderr
    # What had run is in the file, and nothing behind the failure ran.
    done = nbformat.read(tmp_path / "out.ipynb", as_version=4)
    assert [row["passed"] for row in rows_of(cell_named(done, "sweep"))] == [False] * 4
    assert done.cells[-1].outputs == []
