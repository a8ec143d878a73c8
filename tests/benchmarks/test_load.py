"""The reports of the load and the memory test say what was measured, and the tail is the one that is meant."""

import gzip
from dataclasses import asdict

import pytest

from benchmarks.load import PEOPLE, ROWS, Measured, hostile_file, report, tail
from benchmarks.memory_sessions import AT_A_TIME, MEBIBYTE, csv_file
from benchmarks.memory_sessions import Measured as MeasuredMemory
from benchmarks.memory_sessions import report as memory_report
from gmm_core.errors import DataError
from gmm_core.tables.files.options import DEFAULT_LIMITS
from gmm_core.tables.files.reader import read_file

MACHINE = {"processor": "A processor", "cores": "2", "system": "Linux"}


def test_the_tail_is_the_smallest_that_so_many_do_not_exceed() -> None:
    assert tail(list(range(1, 101))) == 95
    assert tail([5.0]) == 5.0
    assert tail(list(range(1, 20))) == 19


def test_the_load_is_told_with_all_that_went_wrong() -> None:
    measured = Measured(
        opened=[0.5] * PEOPLE,
        changed={"/ k": [0.1, 0.2, 0.9], "/ seed": [0.4]},
        troubles=["person 3: lost"],
        sessions=PEOPLE,
        hostile_files=7,
        seconds=100.0,
        server_processor_seconds=40.0,
        clients_processor_seconds=10.0,
        machine_processor_seconds=60.0,
    )
    told = report({"machine": MACHINE, "rows": {"all on Clusters": asdict(measured)}})
    assert (
        "| all on Clusters | 40 | 4 | 0.30 s | 0.90 s | 0.90 s | 0.50 s | 1 | 7 | 0.40 | 0.10 | 0.10 |"
        in told
    )
    assert "| / k | 3 | 0.20 s | 0.90 s |" in told


def test_what_the_hostile_reader_sends_is_refused_for_its_last_line_alone() -> None:
    assert [row.with_hostile_reader for row in ROWS].count(True) == 1
    content = gzip.decompress(hostile_file())
    assert len(content) < DEFAULT_LIMITS.unpacked_bytes and content.count(b"\n") < DEFAULT_LIMITS.rows
    begin, end = content[:2_000], content[-200:]
    whole = begin[: begin.rfind(b"\n") + 1]
    assert len(read_file(whole, "file.csv", to_fit=False).dataset.table.columns) == 10
    with pytest.raises(DataError, match="11"):
        read_file(whole + end[end.find(b"\n") + 1 :], "file.csv", to_fit=False)


def test_memory_is_told_against_what_there_was_before() -> None:
    measured = MeasuredMemory(
        resident={
            "before": 400 * MEBIBYTE,
            f"{AT_A_TIME} have left": 500 * MEBIBYTE,
            "after": 420 * MEBIBYTE,
        },
        threads={"before": 7, f"{AT_A_TIME} have left": 14, "after": 7},
        small_session=MEBIBYTE // 2,
    )
    told = memory_report({"machine": MACHINE, "people": 200, **asdict(measured)})
    assert "| after | 420 | 1.05 | 7 |" in told
    assert "such a file costs 10 MiB; one with the default data 0.5 MiB. Errors: 0." in told


def test_every_visitor_has_a_file_of_their_own() -> None:
    assert csv_file(1) != csv_file(2)
    assert 4_900_000 < len(csv_file(1)) < 5_300_000
