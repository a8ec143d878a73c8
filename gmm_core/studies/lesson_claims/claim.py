"""A claim of a lesson: a measure of a setting and a relation to a limit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gmm_core.errors import ParameterError
from gmm_core.studies.lesson_claims.measures import MEASURES
from gmm_core.studies.lesson_claims.setting import Setting
from gmm_core.wording import quoted

NEAR = 0.005
"""The largest difference that counts as near: half a unit of the second decimal, the last one that lessons give."""

RELATIONS: dict[str, Callable[[float, float], bool]] = {
    "above": lambda value, limit: value > limit,
    "below": lambda value, limit: value < limit,
    "equals": lambda value, limit: value == limit,
    "near": lambda value, limit: abs(value - limit) <= NEAR,
}
"""The relations by name: (value, limit) -> True if the relation holds."""


@dataclass(frozen=True)
class Claim:
    """The claim “`measure` of `setting` is `relation` `limit`”.

    Parameters
    ----------
    measure, relation : str
        Names of `MEASURES` and of `RELATIONS`; raises `ParameterError` for others.
    setting : Setting
        Data and model.
    limit : float
        The number that the measured value is compared with.
    """

    measure: str
    setting: Setting
    relation: str
    limit: float

    def __post_init__(self) -> None:
        for name, known in ((self.measure, MEASURES), (self.relation, RELATIONS)):
            if name not in known:
                raise ParameterError(f"A claim cannot say {quoted(name)}: choose one of {', '.join(known)}.")

    def measured(self) -> float:
        """Measure the value; this fits the model."""
        return MEASURES[self.measure].of(self.setting)

    def holds(self) -> bool:
        """Return whether the claim is true of the measured value."""
        return bool(RELATIONS[self.relation](self.measured(), self.limit))
