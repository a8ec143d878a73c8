"""Files as spreadsheets, instruments and accidents write them: each is read as meant, or refused with a sentence.

A case is a file in `nasty/` and, under the same name with `.toml`, what it must give: `about` it in a sentence;
`options` said by a person; either `refused`, words of the sentence, or `columns` with their values, `nan` where
one is missing, the `notes` that must be there, and the columns `fitted` to begin with.
"""

from __future__ import annotations

import datetime
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from gmm_core.errors import DataError
from gmm_core.rows.column_values import float_values, holds_numbers
from gmm_core.tables.files.options import MEGABYTE, ReadLimits, ReadOptions
from gmm_core.tables.files.reader import read_file

FOLDER = Path(__file__).parent / "nasty"
EXPECTED = sorted(FOLDER.glob("*.toml"))
LIMITS = ReadLimits(unpacked_bytes=10 * MEGABYTE)


def values(column: pd.Series) -> list[Any]:
    """The values of a column as TOML has them: NaN where one is missing, dates without a time as dates."""
    if holds_numbers(column):
        return float_values(column).tolist()
    return [None if pd.isna(value) else value for value in column.astype(object)]


def expected_values(listed: list[Any]) -> list[Any]:
    if all(isinstance(value, float | int) and not isinstance(value, bool) for value in listed):
        return [float(value) for value in listed]
    return [
        pd.Timestamp(value)
        if isinstance(value, datetime.date)
        else None
        if isinstance(value, float)
        else value
        for value in listed
    ]


def tuples(value: Any) -> Any:
    return tuple(map(tuples, value)) if isinstance(value, list) else value


def options(said: dict[str, Any]) -> ReadOptions:
    return ReadOptions(**{key: tuples(value) for key, value in said.items()})


def is_read_otherwise(file: Path, said: ReadOptions, digest: str) -> bool:
    """Whether a file gives another table, or none, when it is read with these options."""
    try:
        return read_file(file.read_bytes(), file.name, said, LIMITS).dataset.digest != digest
    except DataError:
        return True


def test_there_are_sixty_of_them_at_least_and_each_has_its_file() -> None:
    assert len(EXPECTED) >= 60
    files = {path.name for path in FOLDER.iterdir() if path.suffix != ".toml"}
    assert files == {path.name.removesuffix(".toml") for path in EXPECTED}


@pytest.mark.parametrize("path", EXPECTED, ids=lambda path: path.name.removesuffix(".toml"))
def test_a_nasty_file_is_read_as_it_is_meant_or_refused_in_a_sentence(path: Path) -> None:
    expected = tomllib.loads(path.read_text(encoding="utf-8"))
    file = path.with_name(path.name.removesuffix(".toml"))
    said = options(expected.get("options", {}))
    if "refused" in expected:
        with pytest.raises(DataError) as refusal:
            read_file(file.read_bytes(), file.name, said, LIMITS)
        assert expected["refused"] in str(refusal.value)
        assert str(refusal.value).endswith(".")
        return
    opened = read_file(file.read_bytes(), file.name, said, LIMITS)
    dataset = opened.dataset
    assert list(dataset.table.columns) == list(expected["columns"])
    for name, listed in expected["columns"].items():
        # Missing numbers are NaN, which equals itself only here.
        pd.testing.assert_series_equal(
            pd.Series(values(dataset.table[name]), dtype=object),
            pd.Series(expected_values(listed), dtype=object),
            check_exact=True,
        )
    told = " ".join(dataset.notes)
    assert not [note for note in expected.get("notes", []) if note not in told], dataset.notes
    if "fitted" in expected:
        assert list(dataset.default_columns()) == expected["fitted"]
    for sentence, change in opened.changes.items():
        assert sentence in dataset.notes and change.label and not change.label.endswith(".")
        assert is_read_otherwise(file, change.applied_to(said), dataset.digest), change
    # What was found out, said the next time, reads the same table.
    again = replace(opened.used_options, header=said.header)
    assert read_file(file.read_bytes(), file.name, again, LIMITS).dataset.digest == dataset.digest
