"""Parameter: a number that a person sets, with its bounds."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeGuard

import numpy as np

from gmm_core.errors import ParameterError


@dataclass(frozen=True)
class Parameter:
    """A number with its default, its bounds and its step; `whole` where it must be an integer.

    label: begins a sentence and stands beside the control; help: one sentence.
    """

    name: str
    label: str
    default: float
    minimum: float
    maximum: float
    step: float
    whole: bool
    help: str

    def validated(self, value: object) -> float:
        """The value as int or float.

        Raises ParameterError with a sentence that states the bounds, unless it is a number within them.
        """
        if not self.accepts(value):
            kind = "a whole number" if self.whole else "a number"
            raise ParameterError(f"{self.label} must be {kind} from {self.minimum:,} to {self.maximum:,}.")
        return int(value) if self.whole else float(value)

    def accepts(self, value: object) -> TypeGuard[int | float]:
        """Whether the value is a number within the bounds, and a whole one where it has to be."""
        if not isinstance(value, (int, float, np.integer, np.floating)) or isinstance(value, bool):
            return False
        return bool(self.minimum <= value <= self.maximum and (not self.whole or value == math.floor(value)))

    def clamped(self, value: object) -> float:
        """The nearest valid value for whatever a link carries; the default where it is no finite number."""
        try:
            number = float(value)  # type: ignore[arg-type]
        except (TypeError, ValueError, OverflowError):
            return self.default
        if not math.isfinite(number):
            return self.default
        within = min(max(number, self.minimum), self.maximum)
        return round(within) if self.whole else within
