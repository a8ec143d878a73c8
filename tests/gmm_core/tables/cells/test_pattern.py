"""Whatever meets the text of a file takes time linear in it."""

from __future__ import annotations

import ast
from pathlib import Path

import pandas as pd
import pytest

from gmm_core.tables.cells.pattern import PATTERNS, Pattern
from tests.bounded import BoundedPrograms

REPOSITORY = Path(__file__).parents[4]
FED = """
import importlib, pkgutil
import gmm_core.tables
for module in pkgutil.walk_packages(gmm_core.tables.__path__, "gmm_core.tables."):
    importlib.import_module(module.name)
from gmm_core.tables.files.delimiter import is_ruled
from gmm_core.tables.cells.decimal_sign import decimal_sign
from gmm_core.tables.cells.notation import is_number
from gmm_core.tables.cells.pattern import BYTES_PATTERNS, PATTERNS
from gmm_core.tables.cells.unicode_signs import plain_signs

LENGTH = 200_000
units = [" ", "\\t", "\\n", "0", "1", "12", "+", "-", ".", ",", "1,", "1.", ";", "|", "'", '"', '""', "(", "e", "1e",
         "d", "a", "aZ", "aID", "é", "\\u00a0", "\\u202f", "€", "kg", "%", ":", "-=", "1 ", " 1", ",234", "_", "sum ",
         "2020-01-01 ", "0:", "\\u0661", "<", "<c", "<c ", "<row ", "<a:", ":", "/", ">", "<v>", "r=", "="]
fronts = ["", "1", "-", "1,", "12.", '"', "'", "sum", "2020-01-01T00:00:00.", "€", "|-", "="]
ends = ["", "x", "!", "1", '"']
texts = [front + unit * (LENGTH // len(unit)) + end for unit in units for front in ("", "1") for end in ("", "x")]
texts += [front + unit * (LENGTH // len(unit)) + end
          for unit in (" ", "1", "a", "-") for front in fronts for end in ends]
for pattern in PATTERNS.values():
    for text in texts:
        pattern.matches(text)
for pattern in BYTES_PATTERNS.values():
    for text in texts:
        pattern.occurs_in(text.encode())
for text in texts:
    is_number(text), plain_signs(text), is_ruled([text]), decimal_sign([[text]], False)
print(len(PATTERNS), len(BYTES_PATTERNS), len(texts))
"""


def test_each_pattern_is_linear_over_every_class_of_characters(bounded: BoundedPrograms) -> None:
    """One quadratic expression takes more than the minute of CPU over a single one of these texts."""
    ended = bounded.run(FED, seconds=60)
    assert ended.code == 0, ended
    patterns, of_bytes, texts = map(int, ended.told.split())
    assert patterns >= 20 and of_bytes >= 3 and texts >= 200


@pytest.mark.parametrize(
    "file", sorted((REPOSITORY / "gmm_core/tables").rglob("*.py")), ids=lambda file: file.name
)
def test_no_module_that_meets_a_file_has_expressions_of_another_kind(file: Path) -> None:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert "re" not in imported
    assert "re2" not in imported or file.name == "pattern.py"
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    for call in calls:
        if isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Attribute):
            of_column = call.func.value.attr == "str"
            name, words = call.func.attr, {word.arg: word.value for word in call.keywords}
            assert not (
                of_column and name in {"match", "fullmatch", "extract", "extractall", "findall", "count"}
            )
            if of_column and name in {"contains", "replace", "split"}:
                assert "regex" in words and ast.unparse(words["regex"]) == "False"


def test_a_pattern_tells_the_same_of_a_cell_and_of_a_column() -> None:
    pattern = Pattern(r"(?P<sign>-)?(?P<digits>[0-9]+)é?")
    cells = ["1", "-12é", "x1", "1\n", "", "é", "1é"]
    column = pd.Series([*cells, None], dtype="str")
    expected = [True, True, False, False, False, False, True]
    assert [pattern.matches(cell) for cell in cells] == expected
    assert pattern.matching(column).tolist() == [*expected, False]
    assert [pattern.parts(cell) for cell in cells] == pattern.all_parts(column)[:-1]
    assert pattern.parts("-12é") == {"sign": "-", "digits": "12"}
    assert pattern.parts("1") == {"sign": "", "digits": "1"}
    assert pattern.occurring_in(column).tolist() == [True, True, True, True, False, False, True, False]
    del PATTERNS[pattern.text]
