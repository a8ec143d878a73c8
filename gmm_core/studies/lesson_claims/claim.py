"""A claim: a measure of a setting, and how it compares with a limit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gmm_core.errors import ParameterError
from gmm_core.studies.lesson_claims.measures import MEASURES
from gmm_core.studies.lesson_claims.setting import Setting
from gmm_core.wording import quoted

NEAR = 0.005
"""Half of the second decimal, which is the last that texts give."""

RELATIONS: dict[str, Callable[[float, float], bool]] = {
    "above": lambda value, limit: value > limit,
    "below": lambda value, limit: value < limit,
    "equals": lambda value, limit: value == limit,
    "near": lambda value, limit: abs(value - limit) <= NEAR,
}
"""How a value may stand to its limit."""


@dataclass(frozen=True)
class Claim:
    """“`measure` of `setting` is `relation` `limit`”: names of `MEASURES` and `RELATIONS`, and a number."""

    measure: str
    setting: Setting
    relation: str
    limit: float

    def __post_init__(self) -> None:
        for name, known in ((self.measure, MEASURES), (self.relation, RELATIONS)):
            if name not in known:
                raise ParameterError(f"A claim cannot say {quoted(name)}: choose one of {', '.join(known)}.")

    def measured(self) -> float:
        """The value, measured now."""
        return MEASURES[self.measure].of(self.setting)

    def holds(self) -> bool:
        """Whether the value stands to the limit as it is claimed to."""
        return bool(RELATIONS[self.relation](self.measured(), self.limit))
