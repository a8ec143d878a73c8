"""Wording: names, cells and counts as parts of a sentence; names from a file are quoted, cut and put on one line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

LONGEST_NAME = 40
"""Most characters of a name in a sentence."""


def one_line(text: object, longest: int) -> str:
    """`text` without control characters, with white space collapsed, cut to `longest` characters.

    Characters that change the direction of writing or have no width are removed too, because they can make one name
    look like another.
    """
    printable = (character if character.isprintable() else " " for character in str(text))
    collapsed = " ".join("".join(printable).split())
    return collapsed if len(collapsed) <= longest else collapsed[: longest - 1].rstrip() + "…"


def quoted(name: object) -> str:
    """`name` in quotation marks, cut to LONGEST_NAME characters."""
    return f"“{one_line(name, LONGEST_NAME)}”"


def column_named(name: object) -> str:
    """A column's name in a sentence: column “income”; or column 3 for a column that `name_for_none` has named."""
    text = one_line(name, LONGEST_NAME)
    prefix, _, position = text.partition(" ")
    return text if prefix == "column" and position.isdecimal() else f"column {quoted(name)}"


def name_for_none(position: int) -> str:
    """The name given to a column that has none; `position` is counted from 1."""
    return f"column {position}"


def capital(text: str) -> str:
    """`text` with its first letter in upper case."""
    return text[:1].upper() + text[1:]


def listed(names: Sequence[object], shown: int = 3) -> str:
    """The first `shown` names, quoted, and the number of the others: “a”, “b”, “c” and 4 more."""
    text = ", ".join(quoted(name) for name in names[:shown])
    return text if len(names) <= shown else f"{text} and {len(names) - shown} more"


def counted(count: int, noun: str) -> str:
    """A count with its noun, in the plural unless the count is 1: 1 row, 1,200 rows."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def were(count: int) -> str:
    """“was” for a count of 1, “were” for any other: 1 row was, 2 rows were."""
    return "was" if count == 1 else "were"


def unique(names: Iterable[str]) -> list[str]:
    """The names in the same order, with a number added to each repetition: a, a (2), a (3)."""
    originals = list(names)
    taken = set(originals)
    seen: set[str] = set()
    numbers: dict[str, int] = {}
    result = []
    for name in originals:
        number = numbers.get(name, 1)
        candidate = name if number == 1 else f"{name} ({number})"
        while candidate in seen or (number > 1 and candidate in taken):
            number += 1
            candidate = f"{name} ({number})"
        numbers[name] = number
        seen.add(candidate)
        result.append(candidate)
    return result
