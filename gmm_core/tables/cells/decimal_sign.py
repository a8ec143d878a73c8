"""Decimal sign: whether a file writes decimal commas or points, as its numbers prove; one column serves the others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from gmm_core.tables.cells.pattern import BytesPattern, Pattern, literal
from gmm_core.tables.cells.units import marked_number

_SIGN = "[+-]?"
_EXPONENT = "(?:[eE][+-]?[0-9]{1,4}|[dD][+-][0-9]{2,3})?"


def _proofs(decimal: str, other: str) -> str:
    """The expression of numbers in which `decimal` can only be the decimal sign, or `other` only group thousands."""
    point, comma = literal(decimal), literal(other)
    groups = f"[1-9][0-9]{{0,2}}(?:{comma}[0-9]{{3}})"
    no_group = f"[0-9]*{point}(?:[0-9]{{1,2}}|[0-9]{{4,}})|(?:0[0-9]*|[0-9]{{4,}})?{point}[0-9]{{3}}"
    exponent = f"[0-9]*{point}[0-9]+[eE][+-]?[0-9]{{1,4}}|[0-9]*{point}[0-9]+[dD][+-][0-9]{{2,3}}"
    return f"{_SIGN}(?:{no_group}|{exponent}|{groups}+{point}[0-9]*|{groups}{{2,}})"


PROVES_POINT = Pattern(_proofs(".", ","))
"""A number such as 1.5, 0.125, 1,234.5 or 1,234,567."""
PROVES_COMMA = Pattern(_proofs(",", "."))
"""A number such as 1,5, 0,125, 1.234,5 or 1.234.567."""
_EITHER = Pattern(f"{_SIGN}[1-9][0-9]{{0,2}}(?P<sign>[.,])[0-9]{{3}}")
"""A number such as 1.234 or 1,234, whose sign is a decimal sign or groups thousands."""


@dataclass(frozen=True)
class DecimalSign:
    """The decimal sign of a file.

    Parameters
    ----------
    comma : bool
        True if the comma is the decimal sign, False if the point is.
    certain : bool
        False if the numbers of a column leave it open, as 1.234 does, and those of the others do not prove it.
    open_columns : dict of int to str
        The positions of the columns that leave it open by themselves, each with the sign between their digits.
    """

    comma: bool
    certain: bool
    open_columns: dict[int, str] = field(default_factory=dict)

    @property
    def grouped(self) -> tuple[int, ...]:
        """The positions of the columns whose signs group thousands, as only other columns prove."""
        decimal = "," if self.comma else "."
        return tuple(
            position for position, sign in self.open_columns.items() if self.certain and sign != decimal
        )


def decimal_sign(columns: Iterable[Sequence[str]], comma_separates: bool) -> DecimalSign:
    """Detect the decimal sign of a file from the cells of its columns.

    A number such as 1,5 or 0,125 proves a decimal comma, since thousands are not grouped like that, and so does
    1.234.567, since its points group thousands. If there are only numbers such as 1,234, the comma is taken for the
    decimal sign unless it is the delimiter (`comma_separates`).
    """
    comma = point = False
    open_columns: dict[int, str] = {}
    for position, cells in enumerate(columns):
        proves_comma = proves_point = False
        signs: set[str] = set()
        for cell in map(str.strip, cells):
            if not cell.isascii() or not cell[-1:].isdigit():
                marked = marked_number(cell)
                cell = cell if marked is None else marked.number
            either = _EITHER.parts(cell)
            if either is not None:
                signs.add(either["sign"])
            proves_comma = proves_comma or PROVES_COMMA.matches(cell)
            proves_point = proves_point or PROVES_POINT.matches(cell)
        comma, point = comma or proves_comma, point or proves_point
        if len(signs) == 1 and not proves_comma and not proves_point:
            open_columns[position] = signs.pop()
    if comma != point or not open_columns:
        return DecimalSign(comma and not point, True, open_columns)
    either_comma = "," in open_columns.values() and not (comma and point)
    return DecimalSign(either_comma and not comma_separates, False, open_columns)


def proven_by_the_rest(sign: DecimalSign, body: bytes, delimiter: str) -> DecimalSign:
    """The sign, proven by some number of the whole file if the first rows leave it open.

    Parameters
    ----------
    sign : DecimalSign
        As the first rows have it.
    body : bytes
        The rows of the file.
    delimiter : str
        The sign between values.
    """
    if sign.certain:
        return sign
    comma, point = (pattern.occurs_in(body) for pattern in _IN_BODY[delimiter == ","])
    return sign if comma == point else replace(sign, comma=comma, certain=True)


def _in_body(proof: Pattern, quoted: bool) -> BytesPattern:
    """The proof as a whole cell; `quoted` cells stand between quotation marks."""
    if quoted:
        return BytesPattern(f'"{proof.text}"')
    beside = '[;|\\t\\r\\n "\\x1f]'
    return BytesPattern(f"(?:^|{beside})(?:{proof.text})(?:{beside}|$)")


_IN_BODY = {
    False: (_in_body(PROVES_COMMA, False), _in_body(PROVES_POINT, False)),
    True: (
        _in_body(PROVES_COMMA, True),
        BytesPattern(f'(?:^|[,\\r\\n"])(?:{_proofs(".", ",")})(?:[,\\r\\n"]|$)'),
    ),
}
"""The proofs of a comma and of a point in the bytes of a file; True: where commas are the delimiter."""
