"""No file is read in a way that could run what is in it: nothing of the product unpickles, in code or at work."""

from __future__ import annotations

import ast
import io
import pickle
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from gmm_core.errors import DataError
from gmm_core.tables.files.options import DETECT_ALL
from gmm_core.tables.files.reader import read_file

REPOSITORY = Path(__file__).parents[1]
PRODUCT = [
    file
    for pattern in ("app.py", "server.py", "gmm_core/**/*.py", "ui/**/*.py", "pages/**/*.py")
    for file in REPOSITORY.glob(pattern)
]
MODULES = {
    "pickle",
    "_pickle",
    "cPickle",
    "dill",
    "cloudpickle",
    "joblib",
    "shelve",
    "marshal",
    "skops",
    "torch",
}
NAMES = {
    "read_pickle",
    "to_pickle",
    "allow_pickle",
    "Unpickler",
    "eval",
    "exec",
    "literal_eval",
    "unsafe_load",
}


def words(file: Path) -> set[str]:
    """Everything that code imports, calls, names as an argument or takes from a module."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {(node.module or "").split(".")[0], *(alias.name for alias in node.names)}
        elif isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.keyword) and node.arg:
            found.add(node.arg)
    return found


def test_the_code_names_nothing_that_runs_what_it_reads() -> None:
    assert len(PRODUCT) > 150
    assert {"pickle", "loads"} <= words(Path(__file__)), "it would have been found"
    found = {str(file.relative_to(REPOSITORY)): words(file) & (MODULES | NAMES) for file in PRODUCT}
    assert {file: names for file, names in found.items() if names} == {}


class Bomb:
    """A value whose unpickling is seen."""

    went_off = False

    def __reduce__(self) -> tuple[object, tuple[str, ...]]:
        return _goes_off, ()


def _goes_off() -> None:
    Bomb.went_off = True


def pickled_files() -> dict[str, bytes]:
    """A pickle as it is, in a NumPy file, in a ZIP of them, and behind the names of what is read."""
    bomb = pickle.dumps(Bomb())
    array, archive, packed = io.BytesIO(), io.BytesIO(), io.BytesIO()
    np.save(array, np.array([Bomb(), Bomb()], dtype=object), allow_pickle=True)
    np.savez(archive, X=np.array([Bomb()], dtype=object))
    with zipfile.ZipFile(packed, "w") as made:
        made.writestr("table.csv", bomb)
    return {
        "model.pkl": bomb,
        "table.csv": bomb,
        "table.parquet": bomb,
        "book.xlsx": bomb,
        "table.npy": array.getvalue(),
        "table.npz": archive.getvalue(),
        "table.zip": packed.getvalue(),
    }


def test_a_pickle_is_seen_to_go_off_where_one_is_read() -> None:
    pickle.loads(pickle.dumps(Bomb()))  # noqa: S301
    assert Bomb.went_off


@pytest.mark.parametrize("name", pickled_files())
def test_a_file_with_a_pickle_in_it_is_refused_in_a_sentence_and_does_nothing(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = pickled_files()[name]
    monkeypatch.setattr(Bomb, "went_off", False)

    def refused(*_: object, **__: object) -> object:
        raise AssertionError("something was unpickled")

    for module, function in ((pickle, "loads"), (pickle, "load"), (pickle, "Unpickler"), (pd, "read_pickle")):
        monkeypatch.setattr(module, function, refused)
    with pytest.raises(DataError):
        read_file(content, name, DETECT_ALL)
    assert not Bomb.went_off
