"""Summaries: detects last rows that hold sums, means, standard deviations and the like of the rows above."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import pandas as pd

from gmm_core.arrays import FloatArray, safe_unit
from gmm_core.rows.column_values import float_values, holds_numbers
from gmm_core.tables.cells.numerals import Reading
from gmm_core.tables.cells.pattern import Pattern
from gmm_core.tables.files.note import Note, without_rule
from gmm_core.tables.files.options import SUMMARIES
from gmm_core.wording import listed, quoted

FEWEST_ROWS = 3
"""Fewest rows above for which values can be taken for their summaries."""
MOST_SUMMARIES = 12
"""Most rows of summaries."""


@dataclass(frozen=True)
class Summary:
    """A statistic that a row below a table may hold.

    Parameters
    ----------
    words : str
        An expression of its names in English, German, French, Italian and Dutch.
    compute : callable
        Its possible values, of the finite numbers (n,) of a column, each divided by the same unit.
    power : int
        Of the column's unit in its own unit: 2 for a variance, 0 for a count.
    telling : bool
        True if its names are hardly ever anything else; Max is also a person's name.
    """

    words: str
    compute: Callable[[FloatArray], tuple[float, ...]]
    power: int = 1
    telling: bool = True

    @property
    def pattern(self) -> Pattern:
        """The compiled expression of a cell with one of its names."""
        return Pattern(rf"(?i)(?:grand |overall )?(?:{self.words})[^\pL\pN_]*")


def _deviations(values: FloatArray) -> tuple[float, ...]:
    return float(values.std(ddof=1)), float(values.std())


def _variances(values: FloatArray) -> tuple[float, ...]:
    return float(values.var(ddof=1)), float(values.var())


SUMMED = Summary(
    "totals?|sum|gesamt(?:summe|ergebnis)?|summen?|insgesamt|totaux|somme|totale|totaal|somma",
    lambda values: (float(values.sum()),),
)
STATISTICS = (
    SUMMED,
    Summary(
        "(?:arithmetic )?means?|averages?|avg|mittel(?:werte?)?|durchschnitt(?:e|swert)?|mw|ø|moyennes?|moy|medi[ae]|"
        "gemiddelden?|gem",
        lambda values: (float(values.mean()),),
    ),
    Summary(
        r"s\.?d|st\.? ?dev|std(?:[. _-]*dev(?:iation)?)?|stdevp?|standard deviations?|standard-?abweichung(?:en)?|"
        r"std[. -]*abw|stabwn?|écarts?[ -]types?|ecarts?[ -]types?|deviazion[ei] standard|dev\.? ?st|"
        "standaard(?:deviatie|afwijking)",
        _deviations,
    ),
    Summary("variances?|var|varianz(?:en|a)?|variantie", _variances, power=2),
    Summary(
        r"s\.?e(?:\.?m)?|standard errors?|standardfehler|erreurs?[ -]types?|errore standard|standaardfout",
        lambda values: tuple(deviation / len(values) ** 0.5 for deviation in _deviations(values)),
    ),
    Summary(
        "medians?|mediane?|médianes?|zentralwert|mediana|mediaan", lambda values: (float(np.median(values)),)
    ),
    Summary("min(?:imum|imo|ima)?", lambda values: (float(values.min()),), telling=False),
    Summary("max(?:imum|imal|ima)?|massimo", lambda values: (float(values.max()),), telling=False),
    Summary(
        "n|counts?|anzahl|nombre|effectif|numero|conteggio|aantal",
        lambda values: (float(len(values)),),
        power=0,
        telling=False,
    ),
)
"""The statistics that are recognised."""


@dataclass(frozen=True)
class LastRows:
    """The number of last rows to leave out as summaries of those above, and a note on them or on one that is kept."""

    count: int = 0
    note: Note | str | None = None


def summaries_of(table: pd.DataFrame, readings: Sequence[Reading]) -> LastRows:
    """The last rows that hold summaries of the rows above.

    A row holds them if one of its cells names a statistic and more of its numbers are that statistic than not, for sums
    any of them, or if it has no numbers at all; or, without any text, if it has an empty cell and holds the sum in all
    of its columns with numbers, at least two.

    Parameters
    ----------
    table : pd.DataFrame
        The rows as text and numbers.
    readings : sequence of Reading
        Its columns.
    """
    columns = [values for values in map(_numbers, readings) if values is not None]
    named = _named_rows(table)
    for count in range(len(named), 0, -1):
        if all(
            _agrees(statistic, columns, count, count - position)
            for position, (_, statistic) in enumerate(named[len(named) - count :])
        ):
            words = [word for word, _ in named[len(named) - count :]]
            rows = "The last row" if count == 1 else f"The last {count} rows"
            empty = not any(np.isfinite(values[-count:]).any() for values in columns)
            what = "no numbers" if empty else _what([each for _, each in named[len(named) - count :]])
            verbs = "holds {} and was" if count == 1 else "hold {} and were"
            return LastRows(
                count,
                Note(
                    f"{rows}, {listed(words)}, {verbs.format(what)} left out.",
                    without_rule("Keep it" if count == 1 else "Keep them", SUMMARIES),
                ),
            )
    if _are_unnamed_sums(table, columns):
        return LastRows(
            1,
            Note(
                "The last row holds the sums of the rows above and was left out.",
                without_rule("Keep it", SUMMARIES),
            ),
        )
    if named and named[-1][1].telling:
        return LastRows(
            0,
            f"The last row is called {quoted(named[-1][0])}, as a summary is, but its numbers are not that of the rows "
            "above: it was kept.",
        )
    return LastRows()


def _what(statistics: Sequence[Summary]) -> str:
    return "sums of the rows above" if set(statistics) == {SUMMED} else "what summarises the rows above"


def _named_rows(table: pd.DataFrame) -> list[tuple[str, Summary]]:
    """The name and the statistic of each of the last rows that are called as summaries are, in their order."""
    named: list[tuple[str, Summary]] = []
    while len(named) < MOST_SUMMARIES and len(table) - len(named) > FEWEST_ROWS:
        row = table.iloc[len(table) - 1 - len(named)]
        texts = [cell.strip() for cell in row if isinstance(cell, str) and _is_text(cell)]
        found = next(
            (
                (text, statistic)
                for text in texts
                for statistic in STATISTICS
                if statistic.pattern.matches(text)
            ),
            None,
        )
        if found is None:
            break
        named.insert(0, found)
    return named


def _is_text(cell: str) -> bool:
    return any(character.isalpha() for character in cell)


def _numbers(reading: Reading) -> FloatArray | None:
    values = reading.values if reading.nearly is None else reading.nearly.numbers
    return float_values(values) if holds_numbers(values) else None


def _agrees(statistic: Summary, columns: Sequence[FloatArray], count: int, from_end: int) -> bool:
    """True if the row, `from_end` rows from the end, holds the statistic of the rows above the last `count` ones."""
    agreeing = [
        _is_value_of(statistic, float(values[-from_end]), values[:-count])
        for values in columns
        if np.isfinite(values[-from_end])
    ]
    if not agreeing:
        return statistic.telling and bool(columns)  # such as a formula whose value was not saved
    return any(agreeing) if statistic is SUMMED else 2 * sum(agreeing) > len(agreeing)


def _are_unnamed_sums(table: pd.DataFrame, columns: Sequence[FloatArray]) -> bool:
    if len(table) <= FEWEST_ROWS:
        return False
    last = table.iloc[-1]
    summed = [
        _is_value_of(SUMMED, float(values[-1]), values[:-1]) for values in columns if np.isfinite(values[-1])
    ]
    texts = any(isinstance(cell, str) and _is_text(cell) for cell in last)
    return not texts and len(summed) > 1 and all(summed) and bool(last.isna().any())


def _is_value_of(statistic: Summary, value: float, column: FloatArray) -> bool:
    """True if the value is the statistic of the column's finite numbers, up to the digits that it is written with."""
    others = column[np.isfinite(column)]
    if len(others) < FEWEST_ROWS or not others.any():
        return False
    unit = safe_unit(others)
    scale = unit**statistic.power
    if statistic is SUMMED:
        # Half a cent at most where they have fractions.
        cents = min(0.005, 0.5 * _last_place(value)) if (others % 1 != 0).any() else 0.0
        tolerance = 1e-9 * float(np.abs(others / unit).sum()) + cents / unit
    else:
        tolerance = (0.5 * _last_place(value)) / scale * (1 + 1e-9) + 1e-9 * float(
            np.abs(others / unit).max()
        )
    return any(abs(value / scale - each) <= tolerance for each in statistic.compute(others / unit))


def _last_place(value: float) -> float:
    """The place of the last digit with which the number is written, at most 1."""
    exponent = Decimal(repr(value)).normalize().as_tuple().exponent
    return 10.0 ** min(int(exponent), 0)
