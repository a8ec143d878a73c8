"""Names, cells and counts as they stand in a sentence: names from a file are quoted, cut and on one line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

LONGEST_NAME = 40


def one_line(text: object, longest: int) -> str:
    """`text` without control characters, its white space collapsed, cut to `longest` characters.

    Characters that turn the direction of writing or take no room are left out too: they can make a name look
    like another one.
    """
    printable = (character if character.isprintable() else " " for character in str(text))
    collapsed = " ".join("".join(printable).split())
    return collapsed if len(collapsed) <= longest else collapsed[: longest - 1].rstrip() + "…"


def quoted(name: object) -> str:
    """`name` in quotation marks, cut to LONGEST_NAME characters."""
    return f"“{one_line(name, LONGEST_NAME)}”"


def column_named(name: object) -> str:
    """A column as a sentence calls it: column “income”; or column 3, where that is the name it got for having none."""
    text = one_line(name, LONGEST_NAME)
    prefix, _, position = text.partition(" ")
    return text if prefix == "column" and position.isdecimal() else f"column {quoted(name)}"


def name_for_none(position: int) -> str:
    """The name of a column that has none, by its position, which is counted from 1."""
    return f"column {position}"


def capital(text: str) -> str:
    """`text` with a capital letter, as it begins a sentence."""
    return text[:1].upper() + text[1:]


def listed(names: Sequence[object], shown: int = 3) -> str:
    """The first names of a list, quoted, and how many more there are: “a”, “b”, “c” and 4 more."""
    text = ", ".join(quoted(name) for name in names[:shown])
    return text if len(names) <= shown else f"{text} and {len(names) - shown} more"


def counted(count: int, noun: str) -> str:
    """A count with its noun, in the plural where it belongs: 1 row, 1,200 rows."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def were(count: int) -> str:
    """The verb that goes with a count: 1 row was, 2 rows were."""
    return "was" if count == 1 else "were"


def unique(names: Iterable[str]) -> list[str]:
    """The names in their order, with a number added where one has stood before: a, a (2), a (3)."""
    asked = list(names)
    taken = set(asked)
    seen: set[str] = set()
    numbers: dict[str, int] = {}
    result = []
    for name in asked:
        number = numbers.get(name, 1)
        candidate = name if number == 1 else f"{name} ({number})"
        while candidate in seen or (number > 1 and candidate in taken):
            number += 1
            candidate = f"{name} ({number})"
        numbers[name] = number
        seen.add(candidate)
        result.append(candidate)
    return result
