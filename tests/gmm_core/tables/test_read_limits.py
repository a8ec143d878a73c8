"""A file beyond a limit is refused with the limit, before it has taken much memory."""

from __future__ import annotations

import tracemalloc
from typing import NoReturn

import pytest

from gmm_core.errors import DataError
from gmm_core.tables.files.options import DETECT_ALL, ReadLimits
from gmm_core.tables.files.reader import read_file

LIMITS: dict[str, tuple[ReadLimits, str]] = {
    "rows": (
        ReadLimits(rows=2),
        "The file has more than the 2 rows that are read at most: take a random sample of them.",
    ),
    "columns": (
        ReadLimits(columns=2),
        "The file has more than the 2 columns that are read at most: leave some out.",
    ),
    "bytes": (
        ReadLimits(bytes=20),
        "The file has more than the 1.91e-05 MB that are read at most: leave out columns",
    ),
}


@pytest.mark.parametrize("case", LIMITS)
def test_a_file_beyond_a_limit_is_refused_with_the_limit(case: str) -> None:
    limits, sentence = LIMITS[case]
    with pytest.raises(DataError) as refusal:
        read_file(b"a,b,c\n1,2,3\n4,5,6\n7,8,9\n", "file.csv", DETECT_ALL, limits)
    assert sentence in str(refusal.value)


class NeverTouched(bytes):
    """200 MB of which nothing but their number may be asked."""

    def __len__(self) -> int:
        return 200_000_000

    def never(self, *_: object) -> NoReturn:
        """What every look at the content comes to."""
        raise AssertionError("A file of 200 MB is refused before a byte of it is looked at.")

    __getitem__ = strip = startswith = find = translate = decode = never  # type: ignore[assignment]


def test_200_megabytes_are_refused_before_a_byte_is_looked_at() -> None:
    with pytest.raises(DataError, match="more than the 50 MB that are read at most"):
        read_file(NeverTouched(), "large.csv")


@pytest.mark.parametrize("rows", [1, 100])
def test_20_000_columns_are_refused_before_they_are_parsed(
    rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gmm_core.tables.cells.text_columns.read_rows", None)
    monkeypatch.setattr("gmm_core.tables.files.dialect.has_header", None)
    content = (",".join(["1.5"] * 20_000) + "\n").encode() * rows
    tracemalloc.start()
    try:
        with pytest.raises(DataError, match="more than the 2,000 columns that are read at most"):
            read_file(content, "wide.csv")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 100_000_000


@pytest.mark.parametrize(("delimiter", "decimal"), [(",", "."), (";", ",")])
def test_a_file_takes_no_more_memory_than_a_few_times_its_size(delimiter: str, decimal: str) -> None:
    line = delimiter.join(f"{n}.{n}25".replace(".", decimal) for n in range(1, 6)) + "\n"
    content = (delimiter.join("abcde") + "\n" + line * 100_000 + line.replace("1", "2")).encode()
    tracemalloc.start()
    try:
        assert len(read_file(content, "long.csv").dataset.table) == 100_001
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 10 * len(content)


def test_a_file_at_its_limits_is_read() -> None:
    content = b"a,b,c\n1,2,3\n4,5,6\n7,8,9\n"
    assert (
        len(
            read_file(
                content, "x", DETECT_ALL, ReadLimits(rows=3, columns=3, bytes=len(content))
            ).dataset.table
        )
        == 3
    )
