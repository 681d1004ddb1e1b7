import random

from fim_adapter.holes import cut_hole
from fim_adapter.source_file import SourceFile

TEXT = "import os\n\n\ndef first(path):\n    name = os.path.basename(path)\n    return name.lower()\n\n\ndef second():\n    return 2\n"
FILE = SourceFile("python", "origin", "a.py", TEXT)


def holes(kind):
    return [cut_hole(FILE, kind, random.Random(seed)) for seed in range(200)]


def test_the_parts_of_every_hole_are_the_file():
    for hole in [*holes("line"), *holes("block")]:
        assert hole.prefix + hole.typed + hole.middle + hole.suffix == TEXT


def test_the_prefix_is_whole_lines_and_the_typed_part_is_within_one():
    for hole in [*holes("line"), *holes("block")]:
        assert hole.prefix.endswith("\n")
        assert "\n" not in hole.typed


def test_a_line_hole_stays_on_its_line_and_ends_where_the_line_does():
    for hole in holes("line"):
        assert "\n" not in hole.middle
        assert hole.suffix.startswith("\n")


def test_a_block_is_indented_at_least_as_deep_as_its_first_line():
    blocks = [hole for hole in holes("block") if "\n" in hole.middle]
    assert blocks
    for hole in blocks:
        indent = len(hole.typed) - len(hole.typed.lstrip()) if hole.typed.strip() == "" else 0
        if hole.typed.strip() == "" and hole.typed:
            assert all(line.startswith(" " * indent) for line in hole.middle.split("\n")[1:] if line.strip())


def test_cursors_stand_at_the_line_s_start_between_words_and_within_them():
    typed = [hole.typed for hole in holes("line")]
    assert any(text.strip() == "" for text in typed)
    assert any(text.endswith((".", "(", " ", "=")) and text.strip() for text in typed)
    assert any(text[-1:].isalnum() for text in typed)


def test_a_file_without_code_has_no_hole():
    assert cut_hole(SourceFile("python", "origin", "b.py", "\n\n\n"), "line", random.Random(1)) is None
