import random
from itertools import islice

from fim_adapter.batches import IGNORED, batch_of
from fim_adapter.examples import training_examples
from fim_adapter.holes import Hole
from fim_adapter.layout import Limits, example, plain_tokens, prompt_tokens
from fim_adapter.markers import MARKERS
from fim_adapter.source_file import SourceFile

FILE = SourceFile("python", "origin", "a.py", "")


def encode(text: str) -> list[int]:
    """One token for each character, far from the markers."""
    return [1000 + ord(char) for char in text]


def hole(middle: str) -> Hole:
    return Hole(FILE, "line", "ab\ncd\n", "ef", middle, "\ngh")


def test_the_order_is_prefix_suffix_typed_middle_end():
    one = example(hole("xy"), encode, Limits())
    assert one.tokens == [MARKERS.prefix, *encode("ab\ncd\n"), MARKERS.suffix, *encode("\ngh"), MARKERS.middle, *encode("ef"), *encode("xy"), MARKERS.end]
    assert one.tokens[one.middle_from :] == [*encode("xy"), MARKERS.end]


def test_each_part_keeps_what_is_nearest_to_the_cursor():
    assert prompt_tokens(hole("xy"), encode, Limits(prefix=2, suffix=1, typed=1)) == [MARKERS.prefix, *encode("d\n"), MARKERS.suffix, *encode("\n"), MARKERS.middle, *encode("f")]


def test_a_middle_that_is_cut_has_no_end():
    assert example(hole("xyz"), encode, Limits(middle=2)).tokens[-2:] == encode("xy")
    assert example(hole("xy"), encode, Limits(middle=2)).tokens[-1] == MARKERS.end


def test_the_plain_prompt_is_what_stands_before_the_cursor():
    assert plain_tokens(hole("xy"), encode, Limits()) == encode("ab\ncd\nef")


def test_only_the_middle_carries_loss():
    short, long = example(hole("x"), encode, Limits()), example(hole("xyz"), encode, Limits())
    batch = batch_of([short, long])
    assert batch.tokens.shape == batch.labels.shape == (2, len(long.tokens))
    assert [int(label) for label in batch.labels[0] if label != IGNORED] == short.tokens[short.middle_from :]
    assert int(batch.mask[0].sum()) == len(short.tokens)


def test_languages_take_turns_and_the_same_seed_gives_the_same_examples():
    python = SourceFile("python", "a", "a.py", "import os\nvalue = os.environ\n" * 5)
    typescript = SourceFile("typescript", "b", "b.ts", "const other = 1;\nexport { other };\n" * 5)
    some = [list(islice(training_examples([python] * 9 + [typescript], encode, Limits(), random.Random(3)), 20)) for _ in range(2)]
    assert some[0] == some[1]
    has = [any(1000 + ord(";") == token for token in one.tokens) for one in some[0]]
    assert has == [False, True] * 10
