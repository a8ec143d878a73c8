"""Thousands of files that were good until something in them changed: each is read, or refused in a sentence."""

from __future__ import annotations

import pytest

from tests.bounded import BoundedPrograms
from tests.gmm_core.tables.mutations import MAKES

# So many of each make; texts take longest to be looked at.
COUNTS = dict.fromkeys(MAKES, 60) | {
    "white space": 100, "workbook": 700, "lists of a workbook": 100, "workbook in gzip": 100, "Parquet": 400,
    "model": 900,
}  # fmt: skip
CPU_SECONDS = 30
MEMORY = 500 << 20
READS = "from tests.gmm_core.tables.mutations import read_all; read_all(*ARGUMENTS)"


@pytest.mark.parametrize("make", MAKES)
def test_a_mutated_file_is_read_or_refused_in_a_sentence(make: str, bounded: BoundedPrograms) -> None:
    """Where it is neither, its number is the last that was told."""
    ended = bounded.run(READS, make, COUNTS[make], seconds=CPU_SECONDS)
    assert ended.code == 0, ended.told[-2_000:]
    assert ended.memory < MEMORY, ended.memory
    read, refused = map(int, ended.told.split("in all")[1].split())
    assert read + refused == COUNTS[make] and min(read, refused) > 0
