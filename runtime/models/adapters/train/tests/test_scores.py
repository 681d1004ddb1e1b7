from fim_adapter.gate import gate_failures
from fim_adapter.parse_check import python_parses
from fim_adapter.scores import bootstrap, edit_similarity, exact_match


def test_exact_match_leaves_out_trailing_blanks_only():
    assert exact_match("return x  ", "return x")
    assert not exact_match(" return x", "return x")


def test_edit_similarity_is_one_minus_the_share_of_changes():
    assert edit_similarity("", "") == 1
    assert edit_similarity("kitten", "sitting") == 1 - 3 / 7
    assert edit_similarity("abc", "") == 0
    assert edit_similarity("abc", "acb") == edit_similarity("acb", "abc")


def test_an_interval_holds_its_mean_and_comes_out_the_same_again():
    values = [1.0] * 10 + [0.0] * 90
    found = bootstrap(values)
    assert found == bootstrap(values)
    assert (found.mean, found.n) == (0.1, 100)
    assert 0.03 <= found.low < 0.1 < found.high <= 0.18
    assert bootstrap([]) is None


def test_python_parses_or_does_not():
    assert python_parses("def f():\n    return 1\n")
    assert not python_parses("def f(:\n")
    assert not python_parses("\0")


def line(match: float, similarity: float, ended: float = 1.0):
    return {"line": {"exact_match": {"mean": match}, "edit_similarity": {"mean": similarity}, "ended": {"mean": ended}}}


def test_the_gate_wants_both_languages():
    assert gate_failures({"python": line(0.1, 0.4), "typescript": line(0.2, 0.5)}) == []
    assert gate_failures({"python": line(0.09, 0.4), "typescript": line(0.2, 0.39)}) == ["python: exact match 0.090, at least 0.10 is wanted", "typescript: edit similarity 0.390, at least 0.40 is wanted"]
    assert gate_failures({"python": line(0.1, 0.4)}) == ["typescript: not evaluated"]
