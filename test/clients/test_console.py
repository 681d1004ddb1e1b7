"""jupyter console through a pseudo-terminal: a person types and sees output."""
import sys

import pexpect
import pytest


@pytest.fixture
def console():
    child = pexpect.spawn(sys.executable, ["-m", "jupyter", "console", "--kernel", "retort", "--simple-prompt"], encoding="utf-8", timeout=60, dimensions=(50, 160))
    child.expect(r"In \[1\]:")
    yield child
    child.sendeof()
    child.close(force=True)


def test_output_and_result(console):
    console.sendline("%echo hello, console")
    console.expect("hello, console\r\n")
    console.expect(r"In \[2\]:")


def test_a_prompt_is_answered(console):
    console.sendline("Name one colour.")
    console.expect("TTFT")
    console.expect(r"In \[2\]:")
