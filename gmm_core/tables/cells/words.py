"""Words: decides whether words such as NA in columns of text are categories or missing values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gmm_core.tables.cells.numerals import Reading
from gmm_core.tables.files.note import Note, OptionChange
from gmm_core.tables.files.options import ReadOptions
from gmm_core.wording import listed


def with_categories(
    columns: Mapping[str, Reading], used_for_missing: frozenset[str], options: ReadOptions
) -> tuple[dict[str, Reading], list[Note]]:
    """The columns, in those of text with the words that are categories; and notes on these words.

    A word is a missing value in a column of text if columns of numbers, dates or truth values use it for missing values
    (`used_for_missing` are those that are known to), or if the column holds nothing but this word. The options
    `categories` and `missing_in` decide otherwise.
    """
    used = used_for_missing.union(
        *(
            reading.words
            for reading in columns.values()
            if reading.words is not None and not _is_text(reading)
        )
    )
    read: dict[str, Reading] = {}
    kept: dict[tuple[str, ...], list[str]] = {}
    missing: dict[tuple[str, ...], list[str]] = {}
    for name, reading in columns.items():
        read[name] = reading
        if reading.words is None or not _is_text(reading):
            continue
        words = frozenset(reading.words)
        asked_for = words & frozenset(options.categories)
        asked_missing = {text for column, text in options.missing_in if column == name} - asked_for
        values = words - used - asked_missing | asked_for
        read[name] = reading.with_words(values)
        for group, found in ((kept, values - asked_for), (missing, words - values - asked_missing)):
            if found:
                group.setdefault(tuple(sorted(found)), []).append(name)
    return read, [
        *map(_note_on_values, kept, kept.values()),
        *map(_note_on_missing, missing, missing.values()),
    ]


def _is_text(reading: Reading) -> bool:
    """True if the column is text, or holds different words and nothing else."""
    if reading.values.notna().any():
        return reading.is_text
    return reading.words is not None and reading.words.nunique() > 1


def _note_on_values(words: Sequence[str], columns: Sequence[str]) -> Note:
    are, them = ("is a value", "it") if len(words) == 1 else ("are values", "them")
    return Note(
        f"In {listed(columns)}, {listed(words)} {are} like the others: no column of numbers uses {them} for missing "
        "values.",
        OptionChange(
            f"Read {listed(words)} as missing",
            "missing_in",
            tuple((column, word) for column in columns for word in words),
        ),
    )


def _note_on_missing(words: Sequence[str], columns: Sequence[str]) -> Note:
    count = "a missing value" if len(words) == 1 else "missing values"
    return Note(
        f"In {listed(columns)}, {listed(words)} {'is' if len(words) == 1 else 'are'} {count}, as in the columns of "
        "numbers.",
        OptionChange(f"Read {listed(words)} as {count.replace('missing ', '')}", "categories", tuple(words)),
    )
