"""Roles: columns that are weights of rows, a longitude and a latitude, or answers of a questionnaire."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from gmm_core.arrays import FloatArray
from gmm_core.tables.cells.pattern import Pattern

_OF_WEIGHTS = (
    r"sampl(?:e|ing)|survey|design|person|household|case|row|final|post ?strat\w*|pop\w*",
    "[pfai]weights?|wgts?|gewichtung(?:sfaktor)?|hochrechnungsfaktor|pond[eé]ration|coef_?pond|finalwt|fnlwgt",
)
WEIGHT = Pattern(f"(?i)(?:{_OF_WEIGHTS[0]})[ _.-]?(?:weights?|wt|wgt)|{_OF_WEIGHTS[1]}")
"""A name that only weights of rows have."""
PERHAPS_WEIGHT = Pattern("(?i)weights?|wt|wts|gewichte?|poids|pesi|pes[oa]s?|gewicht")
"""A name of weights of rows that may also be that of a mass."""
MEAN_OF_WEIGHTS = 0.1
"""How far from 1 the mean of such a column is at most, as that of weights is which are scaled to the number of rows."""
LATITUDE, LONGITUDE = (
    ("latitude", "lat", "breitengrad", "breite"),
    ("longitude", "long", "lon", "lng", "längengrad"),
)
"""Parts of the names of coordinates, in lower case."""
FEWEST_QUESTIONS = 3
"""Fewest columns with the same answers that make a questionnaire."""
FEWEST_ANSWERS, HIGHEST_ANSWER = 3, 10
"""Fewest different answers of a question, and the highest one."""
NO_ANSWERS = (-9.0, -8.0, -7.0, -1.0, 7.0, 8.0, 9.0, 77.0, 88.0, 98.0, 99.0)
"""Codes beside the answers that mean no answer."""
NAMES_OF_GROUPS = Pattern(
    "(?i).*(?:sex|gender|geschlecht|region|land|country|state|group|gruppe|class|klasse|cluster|label|type?|typ|cat|"
    "category|kategorie|code|species|segment|wave|welle|site|zone|district|stratum|race|ethnicity|religion|marital|"
    "occupation)[ _.-]?[0-9]*"
)
"""Names of columns whose whole numbers name groups."""
_STEM = Pattern(r"(?P<stem>.*?)[ _.-]?[0-9]+[a-z]?")


@dataclass(frozen=True)
class Roles:
    """Columns that are not just measures.

    Parameters
    ----------
    row_weights : str or None
        The column that looks like weights of rows, such as survey weights.
    coordinates : tuple of str
        Longitude and latitude, which belong on x and y with equal scales; empty if there are none.
    answers : frozenset of str
        Answers of a questionnaire, whole numbers such as 1 to 5, which are fitted as numbers.
    """

    row_weights: str | None = None
    coordinates: tuple[str, ...] = ()
    answers: frozenset[str] = frozenset()


NO_ROLES = Roles()
"""No column has a role."""


def roles_of(columns: Mapping[str, FloatArray]) -> Roles:
    """The roles of the columns, whose values (N,) are NaN where missing."""
    answers = _answers(columns)
    return Roles(_row_weights(columns, answers), _coordinates(columns), answers)


def _row_weights(columns: Mapping[str, FloatArray], answers: frozenset[str]) -> str | None:
    """The only column that can be weights of rows, by its name; one whose name may be a mass also by its values."""
    found = []
    for name, values in columns.items():
        finite = values[np.isfinite(values)]
        if not len(finite) or finite.min() < 0:
            continue
        whole = bool((finite == np.rint(finite)).all())
        about_one = abs(float(np.mean(finite / finite.max())) * float(finite.max()) - 1.0) <= MEAN_OF_WEIGHTS
        if WEIGHT.matches(name.strip()) or (
            PERHAPS_WEIGHT.matches(name.strip()) and not whole and (about_one or bool(answers))
        ):
            found.append(name)
    return found[0] if len(found) == 1 else None


def _coordinates(columns: Mapping[str, FloatArray]) -> tuple[str, ...]:
    """Longitude and latitude if exactly one pair of columns is called so and holds degrees."""
    called = {name.strip().lower(): name for name in columns}
    pairs = {
        (called[longitude], name)
        for lower, name in called.items()
        for latitude_part, longitude_part in _PARTS
        if (longitude := _replaced(lower, latitude_part, longitude_part)) in called
        and _within(columns[name], 90.0)
        and _within(columns[called[longitude]], 180.0)
    }
    return next(iter(pairs)) if len(pairs) == 1 else ()


_PARTS = tuple((latitude, longitude) for latitude in LATITUDE for longitude in LONGITUDE)


def _replaced(name: str, latitude: str, longitude: str) -> str | None:
    """The name of the longitude that belongs to a latitude's; None if it is none: pick_up_lat, lat1, gps latitude."""
    before, found, behind = name.partition(latitude)
    apart = not (before and before[-1].isalpha()) and not (behind and behind[0].isalpha())
    return before + longitude + behind if found and apart else None


def _within(values: FloatArray, most: float) -> bool:
    finite = values[np.isfinite(values)]
    return bool(len(finite)) and bool((np.abs(finite) <= most).all())


def _answers(columns: Mapping[str, FloatArray]) -> frozenset[str]:
    """The columns with the answers of a questionnaire.

    At least FEWEST_QUESTIONS columns hold whole numbers up to the same highest one, codes for no answer aside; others
    belong to them that have the same name but for its number.
    """
    highest = {
        name: top for name, values in columns.items() if (top := _highest_answer(name, values)) is not None
    }
    counts = Counter(highest.values())
    usual, count = counts.most_common(1)[0] if counts else (0.0, 0)
    if count < FEWEST_QUESTIONS:
        return frozenset()
    same = {name for name, top in highest.items() if top == usual}
    stems = {_stem(name) for name in same} - {None}
    return frozenset(same | {name for name, top in highest.items() if top < usual and _stem(name) in stems})


def _highest_answer(name: str, values: FloatArray) -> float | None:
    """The highest answer of a question, whose answers are whole numbers from 0 or 1 on; None if it is no question."""
    if NAMES_OF_GROUPS.matches(name.strip()):
        return None
    distinct = np.unique(values[np.isfinite(values)])
    if len(distinct) > HIGHEST_ANSWER + 4 or (distinct != np.rint(distinct)).any():
        return None
    answers = distinct
    while len(answers) > FEWEST_ANSWERS and answers[-1] in NO_ANSWERS and answers[-1] - answers[-2] >= 2:
        answers = answers[:-1]
    answers = answers[~np.isin(answers, NO_ANSWERS[:4])]
    if len(answers) < FEWEST_ANSWERS or answers[0] not in (0.0, 1.0) or answers[-1] > HIGHEST_ANSWER:
        return None
    return float(answers[-1])


def _stem(name: str) -> str | None:
    parts = _STEM.parts(name.strip())
    return parts["stem"].lower() if parts and parts["stem"] else None
