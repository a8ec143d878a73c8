"""Sentinels: numbers such as -999 that may mean missing values, since they are far from the rest of their column."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from gmm_core.arrays import FloatArray, safe_unit
from gmm_core.rows.column_values import float_values
from gmm_core.tables.dataset import Dataset
from gmm_core.tables.files.note import Note, OptionChange
from gmm_core.wording import capital, column_named, counted, listed

_LENGTHS = range(1, 8)
"""Numbers of digits of codes."""
USUAL = frozenset(
    sign * float(code)
    for length in _LENGTHS
    for code in (
        *(digit * length for digit in "789"),
        *(f"{'9' * (length - 1)}{last}" for last in "678" if length > 1),
    )
    for sign in (1.0, -1.0)
) - {7.0, 8.0, 9.0, 96.0, -96.0, -7.0, -8.0} | {
    *(-999.9, -99.9, -999.25, 999.9),
    *(1e20, 9.9e37, 9.91e37, 9.96921e36),
}
"""Numbers that are often used for missing values: -9, 77, 98, -999, 9997 and their like."""
NO_ANSWER = frozenset({-9.0, -8.0, -7.0, -1.0, 7.0, 8.0, 9.0})
"""Codes for no answer that are near the answers 1, 2, 3, … of a questionnaire."""
MOST_CODES = 5
"""Most different codes at either end of a column."""
FEWEST_ANSWERS, MOST_ANSWERS = 3, 7
"""How many answers a question of a questionnaire has."""


@dataclass(frozen=True)
class Sentinels:
    """The numbers in a column that may mean missing values; `counts` are the numbers of rows that have them."""

    column: str
    values: tuple[float, ...]
    counts: tuple[int, ...]


def notes_on_sentinels(dataset: Dataset) -> Iterator[Note]:
    """What tells a person about the sentinels, and offers to read them as missing."""
    alike: dict[tuple[float, ...], list[Sentinels]] = {}
    for found in sentinels(dataset):
        alike.setdefault(found.values, []).append(found)
    for values, several in alike.items():
        texts = [np.format_float_positional(value, trim="-") for value in values]
        read = OptionChange(
            f"Read {', '.join(_in_words(value) for value in values)} as missing",
            "missing_in",
            tuple((each.column, text) for each in several for text in texts),
        )
        if len(several) > 3:
            which = " and ".join(_in_words(value) for value in values)
            where = f"{len(several)} columns, {listed([each.column for each in several])}, hold {which}"
            yield Note(f"{where}, {_apart(values)}", read)
            continue
        for each in several:
            held = " and ".join(
                f"{_in_words(value)} in {counted(count, 'row')}"
                for value, count in zip(values, each.counts, strict=True)
            )
            own = tuple((each.column, text) for text in texts)
            yield Note(
                f"{capital(column_named(each.column))} holds {held}, {_apart(values)}",
                OptionChange(read.label, read.field, own),
            )


def _in_words(value: float) -> str:
    return f"{value:,g}" if abs(value) < 1e6 or abs(value) >= 1e16 else f"{value:,.0f}"


def _apart(values: Sequence[float]) -> str:
    means = "it means that a value is" if len(values) == 1 else "they mean that values are"
    return f"far from its other values: if {means} missing, it can be said so."


def sentinels(dataset: Dataset) -> Iterator[Sentinels]:
    """The sentinels of every column that has some.

    They are numbers of USUAL at either end of a column, at most MOST_CODES, whose distance from the other values
    exceeds the range of these; or numbers of NO_ANSWER apart from the whole numbers 1, 2, 3, … of answers.
    """
    for name in dataset.numeric_columns:
        values = float_values(dataset.table[name])
        distinct, counts = np.unique(values[np.isfinite(values)], return_counts=True)
        codes = _codes(distinct)
        if codes:
            positions = np.searchsorted(distinct, codes)
            yield Sentinels(name, codes, tuple(int(counts[position]) for position in positions))


def _codes(distinct: FloatArray) -> tuple[float, ...]:
    """The sentinels among the sorted distinct values of a column."""
    for usual, are_apart in ((USUAL, _are_far), (NO_ANSWER | USUAL, _are_beside_answers)):
        lowest, highest = _at_end(distinct, usual), _at_end(distinct[::-1], usual)
        # As many as possible, since one may hide the other.
        for low, high in sorted(product(range(lowest + 1), range(highest + 1)), key=sum, reverse=True):
            others = distinct[low : len(distinct) - high]
            below, above = distinct[:low], distinct[len(distinct) - high :]
            if low + high and len(others) > 1 and are_apart(below, others, above):
                return tuple(map(float, (*below, *above)))
    return ()


def _at_end(ordered: FloatArray, usual: frozenset[float]) -> int:
    """How many of the first numbers are usual codes."""
    return next(
        (n for n, value in enumerate(ordered[:MOST_CODES]) if float(value) not in usual),
        min(MOST_CODES, len(ordered)),
    )


def _gap(below: FloatArray, others: FloatArray, above: FloatArray, unit: float) -> float:
    """The distance, in units, between the codes and the other values."""
    gaps = [others[0] / unit - below[-1] / unit] if len(below) else []
    gaps += [above[0] / unit - others[-1] / unit] if len(above) else []
    return float(min(gaps))


def _are_far(below: FloatArray, others: FloatArray, above: FloatArray) -> bool:
    unit = safe_unit(np.concatenate([below, others, above]))
    return _gap(below, others, above, unit) > max(float(others[-1] / unit - others[0] / unit), 1.0 / unit)


def _are_beside_answers(below: FloatArray, others: FloatArray, above: FloatArray) -> bool:
    are_answers = bool((others == 1.0 + np.arange(len(others))).all())
    return (
        are_answers
        and FEWEST_ANSWERS <= len(others) <= MOST_ANSWERS
        and _gap(below, others, above, 1.0) >= 2.0
    )
