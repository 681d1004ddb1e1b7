import io
import json
import tarfile
import zipfile

import numpy as np
import pytest

from fim_adapter.archive import read_package
from fim_adapter.licence import is_usable, npm_licence, python_licence
from fim_adapter.package_list import PackageName, listed_packages
from fim_adapter.repository import read_repository, split_repository
from fim_adapter.rope_rows import from_gguf, to_gguf
from fim_adapter.source_file import normalised


@pytest.mark.parametrize(
    ("licence", "usable"),
    [("MIT", True), ("BSD License", True), ("MIT OR Apache-2.0", True), ("MIT OR GPL-3.0", True), ("SEE LICENSE IN LICENSE.md", False), ("LGPL-2.1", False), ("MPL-2.0", False), (None, False)],
)
def test_a_licence_is_usable_or_not(licence, usable):
    assert is_usable(licence) is usable


def test_licences_are_read_where_packages_state_them():
    assert python_licence("Name: a\nLicense-Expression: MIT\n") == "MIT"
    assert python_licence("Name: a\nClassifier: License :: OSI Approved\nClassifier: License :: OSI Approved :: BSD License\n") == "BSD License"
    assert python_licence("Name: a\n") is None
    assert npm_licence('{"license": {"type": "ISC"}}') == "ISC"


def test_sources_of_a_wheel(tmp_path):
    path = tmp_path / "thing-1.2-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("thing/a.py", "x = 1\r\n")
        archive.writestr("thing/data.json", "{}")
        archive.writestr("thing-1.2.dist-info/METADATA", "Name: thing\nLicense: MIT\n")
    found = read_package(PackageName("python", "thing", False), path)
    assert (found.version, found.licence, [(file.path, file.text) for file in found.files]) == ("1.2", "MIT", [("thing/a.py", "x = 1\n")])


def test_typescript_comes_from_source_maps_too_and_declarations_do_not(tmp_path):
    path = tmp_path / "thing-3.0.tgz"
    files = {
        "package/package.json": json.dumps({"version": "3.0", "license": "MIT"}),
        "package/src/a.ts": "const a = 1;",
        "package/dist/a.d.ts": "declare const a: number;",
        "package/dist/b.js.map": json.dumps({"sources": ["../src/b.ts", "../src/a.ts"], "sourcesContent": ["const b = 2;", "const a = 1;"]}),
    }
    with tarfile.open(path, "w:gz") as archive:
        for name, text in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(text)
            archive.addfile(info, io.BytesIO(text.encode()))
    found = read_package(PackageName("typescript", "thing", True), path)
    assert sorted((file.path, file.text) for file in found.files) == [("package/src/a.ts", "const a = 1;"), ("package/src/b.ts", "const b = 2;")]


def test_a_repository_is_split_without_overlap(tmp_path):
    for number in range(20):
        (tmp_path / f"m{number:02}.py").write_text(f"value = {number}\n")
    (tmp_path / "notes.md").write_text("no code")
    training, held_out = split_repository(read_repository(tmp_path))
    assert (len(training), len(held_out)) == (18, 2)
    assert not {file.path for file in training} & {file.path for file in held_out}


def test_text_has_plain_line_ends_and_no_mark():
    assert normalised(b"\xef\xbb\xbfa\r\nb\rc") == "a\nb\nc"
    assert normalised(b"\xff\xfe") is None


def test_no_package_is_held_out_and_trained_on():
    for small in (True, False):
        listed = listed_packages(small)
        held_out = {(one.language, one.name) for one in listed if one.held_out}
        assert held_out and not held_out & {(one.language, one.name) for one in listed if not one.held_out}


def test_rows_go_to_llama_cpp_s_order_and_back():
    rows = np.arange(2 * 6 * 3).reshape(12, 3)
    assert [int(row[0]) // 3 for row in to_gguf(rows, 2)] == [0, 3, 1, 4, 2, 5, 6, 9, 7, 10, 8, 11]
    assert (from_gguf(to_gguf(rows, 2), 2) == rows).all()
