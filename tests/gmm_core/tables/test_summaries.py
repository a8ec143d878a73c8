"""Last rows with sums, means and the like, in several languages: left out where they agree with the rows above."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence

import numpy as np
import pytest

from gmm_core.tables.files.options import ReadOptions
from gmm_core.tables.files.reader import read_file

Statistic = Callable[[Sequence[float]], float]
WORDS: dict[str, Statistic] = {
    **dict.fromkeys(("Total", "Grand total", "Summe", "Gesamtergebnis", "somme", "TOTALE", "Totaal:"), sum),
    **dict.fromkeys(
        ("Mean", "average", "AVG", "Mittelwert", "Durchschnitt", "Moyenne", "Media", "Gemiddelde", "Ø"),
        statistics.mean,
    ),
    **dict.fromkeys(
        (
            "SD",
            "Std. dev.",
            "Standard deviation",
            "StdDev",
            "Standardabweichung",
            "Écart-type",
            "deviazione standard",
        ),
        statistics.stdev,
    ),
    **dict.fromkeys(("Median", "Médiane", "mediana", "Mediaan"), statistics.median),
    **dict.fromkeys(("Min", "Minimum"), min),
    **dict.fromkeys(("Max", "Maximum", "massimo"), max),
    **dict.fromkeys(("n", "Count", "Anzahl"), lambda values: float(len(values))),
    **dict.fromkeys(("Variance", "Varianz"), statistics.variance),
    "SEM": lambda values: statistics.stdev(values) / len(values) ** 0.5,
}
RNG = np.random.default_rng(5)
COLUMNS = [
    RNG.normal(50.0, 9.0, 12).round(2),
    RNG.normal(-1e6, 3e5, 12).round(),
    RNG.gamma(2.0, 1e-3, 12).round(6),
]


def file(below: Sequence[tuple[str, Statistic]], digits: int, label_last: bool, factor: float = 1.0) -> bytes:
    rows = [
        [f"row {n}", *map(repr, map(float, values))] for n, values in enumerate(zip(*COLUMNS, strict=True))
    ]
    for word, statistic in below:
        rows.append(
            [word, *(f"{factor * statistic([float(v) for v in column]):.{digits}f}" for column in COLUMNS)]
        )
    lines = [["name", "a", "b", "c"], *rows]
    return "\n".join(",".join([*line[1:], line[0]] if label_last else line) for line in lines).encode()


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("label_last", [True, False])
def test_a_row_that_agrees_is_left_out_and_comes_back_by_the_change(word: str, label_last: bool) -> None:
    content = file([(word, WORDS[word])], 6, label_last)
    opened = read_file(content, "file")
    assert len(opened.dataset.table) == 12
    (change,) = opened.changes.values()
    assert len(read_file(content, "file", change.applied_to(ReadOptions())).dataset.table) == 13


@pytest.mark.parametrize("word", WORDS)
def test_a_row_that_does_not_agree_is_kept(word: str) -> None:
    opened = read_file(file([(word, WORDS[word])], 6, False, factor=1.01), "file")
    assert len(opened.dataset.table) == 13
    told = " ".join(opened.dataset.notes)
    assert ("it was kept" in told) == (
        word.lower() not in ("min", "minimum", "max", "maximum", "massimo", "n", "count", "anzahl")
    )


def test_several_rows_are_left_out_together_also_below_a_row_of_data_that_is_called_so() -> None:
    below = [("Mean", statistics.mean), ("SD", statistics.stdev), ("Min", min), ("Max", max)]
    assert len(read_file(file(below, 7, False), "file").dataset.table) == 12
    content = b"name,x\nAnn,1\nBob,2\nEve,4\nMax,9\nMean,4\nMedian,3\n"
    assert read_file(content, "file").dataset.table["name"].tolist() == ["Ann", "Bob", "Eve", "Max"]


def test_statistics_may_be_rounded() -> None:
    content = b"name,x,y\na,1.25,100\nb,2.5,250\nc,3.5,420\nd,4.25,510\nmean,2.9,320\n"
    assert len(read_file(content, "file").dataset.table) == 4
    assert len(read_file(content.replace(b"2.9,320", b"2.7,320"), "file").dataset.table) == 5


def test_a_first_column_of_numbers_stays_one() -> None:
    content = b"nr;x\n1;1,5\n2;2,5\n3;3,5\nMoyenne;2,5\n"
    assert read_file(content, "file").dataset.table["nr"].tolist() == [1, 2, 3]


def test_a_last_row_of_a_name_alone_is_left_out() -> None:
    opened = read_file(b"name,x,y\na,1,2\nb,2,4\nc,4,7\nTotal,,\n", "file")
    assert len(opened.dataset.table) == 3
    assert "The last row, “Total”, holds no numbers and was left out." in opened.dataset.notes
