"""Whether 1.234 is one and a bit or a thousand and more: what one column proves serves the others."""

from __future__ import annotations

import random

import pytest

from gmm_core.rows.column_values import float_values
from gmm_core.tables.files.reader import read_file

NOTHING = "Nothing in the file tells"
GROUPED = "show that"


def table(columns: list[list[str]], delimiter: str) -> bytes:
    """A file with a column of words first; cells that hold the delimiter are quoted."""
    rows = [["name", *(f"c{n}" for n in range(len(columns)))], *map(list, zip("pqrs", *columns, strict=True))]
    quoted = [[f'"{cell}"' if delimiter in cell else cell for cell in row] for row in rows]
    return "\n".join(map(delimiter.join, quoted)).encode()


EITHER = [1.234, 5.678, 9.125, 2.5]
"""What is a thousand and more if the sign groups thousands; the last is 2.500."""
PROOFS = {
    "millions": ["12{0}345{0}678", "1{0}000{0}000", "7", "2{0}500{0}000"],
    "both signs": ["12{0}345{1}5", "1{0}000{1}25", "7", "2{0}500{1}125"],
    "fractions of the other sign": ["12{1}5", "100{1}25", "7", "-2{1}75"],
    "below one of the other sign": ["0{1}125", "0{1}250", "0{1}500", "0{1}375"],
    "a currency": ["€ 12{0}345{0}678", "€ 5{0}000{0}000", "€ 7", "€ 1"],
    "a percentage": ["12{1}5 %", "0{1}25 %", "7 %", "1 %"],
}


@pytest.mark.parametrize("proof", PROOFS)
@pytest.mark.parametrize("group", ".,")
@pytest.mark.parametrize("delimiter", [";", "\t", ",", "|"])
@pytest.mark.parametrize("first", [True, False])
def test_a_proof_in_any_column_serves_the_column_that_leaves_it_open(
    proof: str, group: str, delimiter: str, first: bool
) -> None:
    decimal = "." if group == "," else ","
    proving = [cell.format(group, decimal) for cell in PROOFS[proof]]
    open_one = [f"{value:.3f}".replace(".", group) for value in EITHER]
    columns = [proving, open_one] if first else [open_one, proving]
    opened = read_file(table(columns, delimiter), "file")
    name = "c1" if first else "c0"
    assert float_values(opened.dataset.table[name]).tolist() == [1234, 5678, 9125, 2500]
    told = " ".join(opened.dataset.notes)
    assert NOTHING not in told and GROUPED in told


@pytest.mark.parametrize("sign", ".,")
@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_without_a_proof_it_is_said_and_the_other_reading_is_offered(sign: str, delimiter: str) -> None:
    open_one = [f"{value:.3f}".replace(".", sign) for value in EITHER]
    opened = read_file(table([open_one, ["3", "4", "5", "6"]], delimiter), "file")
    assert float_values(opened.dataset.table["c0"]).tolist() == EITHER
    (change,) = (change for note, change in opened.changes.items() if note.startswith(NOTHING))
    other = read_file(
        table([open_one, ["3", "4", "5", "6"]], delimiter), "file", change.applied_to(opened.used_options)
    )
    assert float_values(other.dataset.table["c0"]).tolist() == [1234, 5678, 9125, 2500]


@pytest.mark.parametrize(
    "columns",
    [
        [["1.5", "2.5", "3.25", "4"], ["1.234", "5.678", "9.125", "2.500"]],
        [["1,5", "2,5", "3,25", "4"], ["1,234", "5,678", "9,125", "2,500"]],
        [["1,5", "2,5", "3,25", "4"], ["1.5", "2.5", "3.5", "4.25"]],
        [["1", "2", "3", "4"], ["10.0.0.1", "10.0.0.2", "10.0.0.1", "10.0.0.9"]],
        [["1.234", "0.5", "2.345", "3.456"], ["1", "2", "3", "4"]],
    ],
)
def test_where_columns_tell_by_themselves_nothing_is_said_or_grouped(columns: list[list[str]]) -> None:
    told = " ".join(read_file(table(columns, ";"), "file").dataset.notes)
    assert NOTHING not in told and GROUPED not in told


@pytest.mark.parametrize(("delimiter", "group"), [(";", "."), ("\t", ","), (",", ".")])
def test_a_proof_far_below_the_first_rows_serves_too(delimiter: str, group: str) -> None:
    chance = random.Random(3)
    rows = [f"{chance.randint(1, 9)}{group}{chance.randint(100, 999)}" for _ in range(900)]
    cells = [*rows, f"1{group}234{group}567"]
    quoted = [f'"{cell}"' if delimiter in cell else cell for cell in cells]
    lines = [f"{cell}{delimiter}{number}" for number, cell in enumerate(quoted)]
    opened = read_file("\n".join([f"a{delimiter}b", *lines]).encode(), "file")
    expected = [float(cell.replace(group, "")) for cell in cells]
    assert float_values(opened.dataset.table["a"]).tolist() == expected
    assert NOTHING not in " ".join(opened.dataset.notes)
