"""Dates at the edge of the calendar, and numbers of thousands of digits, wherever they stand: read or refused."""

from __future__ import annotations

import io
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from gmm_core.errors import DataError
from gmm_core.export.model_file.model_file import load_model
from gmm_core.tables.files.options import ReadOptions
from gmm_core.tables.files.reader import OpenedFile, read_file

MODEL = (Path(__file__).parent / "small_model.json").read_bytes()
# What stands in a column of dates, and whether it is one.
DATES = {
    "9999-12-31T23:00:00-02:00": False, "0001-01-01T00:00:00+14:00": False, "0001-01-01T00:00:00Z": True,
    "9999-12-31T23:59:59.999999999Z": False, "9999-12-31T23:59:59Z": True, "0000-01-01": False, "9999-12-31": True,
    "0001-01-01": True, "2020-13-45": False, "2020-02-30": False, "1900-02-29": False, "2020-01-01T25:00": False,
    "2020-01-01 24:00:00": False, "2020-01-01T00:00:00+99:99": False, "2020-01-01T00:00:00+23:59": True,
}  # fmt: skip
MANY = "7" * 5_000
LONG_NUMBERS = {
    "in the first row": f"{MANY},2\n{MANY},3\n1,2\n",
    "as a name": f"{MANY},b\n1,2\n3,4\n",
    "as two names": f"{MANY},{MANY}\n1,2\n2,3\n",
    "in a cell": f"a,b\n1,2\n{MANY},4\n",
    "negative": f"a,b\n-{MANY},2\n3,4\n",
    "with a unit": f"a,b\n{MANY} kg,2\n3 kg,4\n",
    "percent": f"a,b\n{MANY}%,2\n3%,4\n",
    "in parentheses": f"a,b\n({MANY}),2\n(3),4\n",
    "in groups": f'a,b\n"1{",777" * 2_000}",2\n"3,000",4\n',
    "behind a zero": f"a,b\n0{MANY},2\n01,4\n",
    "behind a letter": f"a,b\nx{MANY},2\ny,4\n",
    "as a day": f"a,b\n2020-01-0{MANY},2\n2020-01-02,3\n",
    "as an exponent": f"a,b\n1e{MANY},2\n3,4\n",
    "above the table": f"{MANY}\n\na,b\n1,2\n3,4\n",
    "in a comment": f"# {MANY} {MANY}\n1,2\n3,4\n",
    "in digits of Arabic": "a,b\n" + "\u0661" * 5_000 + ",2\n3,4\n",
    "below the table": f"a,b\n1,2\n2,3\n4,5\n{MANY},4\ntotal,9\n",
    "as the name of a row": f"a b\n{MANY} 1 2\n{MANY} 3 4\n",
    "below no name": f",a\n{MANY},2\n{MANY},4\n",
}


def opened(content: bytes, options: ReadOptions) -> OpenedFile | None:
    """The file as it is read; None where it is refused in a sentence."""
    try:
        return read_file(content, "file", options)
    except DataError as refusal:
        assert str(refusal).endswith(".")
        return None


@pytest.mark.parametrize("as_numbers", [(), ("d",)])
@pytest.mark.parametrize("written", DATES)
def test_a_date_at_the_edge_is_a_date_or_text(written: str, as_numbers: tuple[str, ...]) -> None:
    other = (
        "2020-01-01T00:00:00Z"
        if written[-1] == "Z" or "+" in written or written.endswith("-02:00")
        else "2020-01-01"
    )
    content = f"d,x\n{written},1\n{other},2\n{other},3\n".encode()
    read = opened(content, ReadOptions(as_numbers=as_numbers))
    assert read is not None
    column = read.dataset.table["d"]
    if DATES[written]:
        assert (
            pd.api.types.is_float_dtype(column)
            if as_numbers
            else pd.api.types.is_datetime64_any_dtype(column)
        )
    else:
        assert isinstance(column.dtype, (pd.StringDtype, pd.CategoricalDtype)) or as_numbers
    assert read.dataset.numeric_columns[-1] == "x"


UNITS = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}


@pytest.mark.parametrize("zone", [None, "UTC", "+14:00", "America/New_York"])
@pytest.mark.parametrize("unit", UNITS)
def test_moments_of_parquet_are_in_the_calendar_or_refused_by_name(unit: str, zone: str | None) -> None:
    moments = [
        -(2**63) + 1, 2**63 - 1,
        *(second * UNITS[unit] + step for second in (-62135596800, 253402300800) for step in (-1, 0, 1)),
    ]  # fmt: skip
    for moment in moments:
        file = io.BytesIO()
        try:
            column = pa.array([moment, 0, None], pa.timestamp(unit, zone))
            pq.write_table(pa.table({"d": column, "x": [1, 2, 3]}), file)
        except (pa.ArrowInvalid, OverflowError):
            continue  # nobody can write it
        for as_numbers in ((), ("d",)):
            try:
                table = read_file(file.getvalue(), "file", ReadOptions(as_numbers=as_numbers)).dataset.table
            except DataError as refusal:
                assert "“d” of the Parquet file holds dates outside the years 1 to 9999" in str(refusal)
            else:
                assert as_numbers or table["d"].dropna().map(lambda at: 1 <= at.year <= 9999).all()
                assert not as_numbers or np.isfinite(table["d"].dropna()).all()


OTHERS = {
    "days far out": pa.array([2**31 - 1, -(2**31), 0], pa.int32()).cast(pa.date32()),
    "milliseconds far out": pa.array([2**62, -(2**62), 0], pa.int64()).view(pa.date64()),
    "times of day": pa.array([86_399, 1, 0], pa.int32()).view(pa.time32("s")),
    "times of no day": pa.array([2**63 - 1, -1, 0], pa.int64()).view(pa.time64("ns")),
    "spans of time": pa.array([2**63 - 1, -(2**63) + 1, 0], pa.int64()).view(pa.duration("ns")),
    "numbers of two bytes": pa.array(np.array([1, np.inf, np.nan], dtype="float16")),
    "decimals": pa.array([Decimal("9" * 38), None, Decimal(1)], pa.decimal128(38, 0)),
    "long decimals": pa.array([Decimal("9" * 76), None, Decimal(1)], pa.decimal256(76, 0)),
    "whole numbers beyond int64": pa.array([2**64 - 1, 0, 1], pa.uint64()),
    "nothing": pa.nulls(3),
}


@pytest.mark.parametrize("name", OTHERS)
def test_other_columns_of_parquet_are_read_or_refused(name: str) -> None:
    file = io.BytesIO()
    pq.write_table(pa.table({"d": OTHERS[name], "x": [1, 2, 3]}), file)
    for as_numbers in ((), ("d",)):
        read = opened(file.getvalue(), ReadOptions(as_numbers=as_numbers))
        assert (read is None) == name.endswith("far out")
        if name == "times of day":
            assert read is not None
            texts, seconds = ["23:59:59.000", "00:00:01.000", "00:00:00.000"], [86_399.0, 1.0, 0.0]
            assert list(read.dataset.table["d"]) == (seconds if as_numbers else texts)


@pytest.mark.parametrize("where", LONG_NUMBERS)
def test_thousands_of_digits_are_read_or_refused(where: str) -> None:
    """Python refuses to make a whole number of more than 4,300 digits."""
    content = LONG_NUMBERS[where].encode()
    for options in (
        ReadOptions(),
        ReadOptions(as_numbers=("a",)),
        ReadOptions(missing=(MANY,)),
        ReadOptions(header=False),
    ):
        opened(content, options)


@pytest.mark.parametrize("digits", [MANY, f"-{MANY}", f"1e{MANY}", f"0.{MANY}", f'"{MANY}"'])
def test_thousands_of_digits_in_a_model_are_read_or_refused(digits: str) -> None:
    numbers = [
        place for place, sign in enumerate(MODEL) if sign in b"0123456789" and MODEL[place - 1] in b" [-"
    ]
    for place in numbers[::4]:
        end = next(end for end in range(place, len(MODEL)) if MODEL[end] not in b"0123456789.e-+")
        try:
            load_model(MODEL[:place] + digits.encode() + MODEL[end:])
        except DataError as refusal:
            assert str(refusal).endswith(".")
