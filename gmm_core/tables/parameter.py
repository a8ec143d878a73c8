"""Parameter: a number that a person chooses, with its default and its bounds."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeGuard

import numpy as np

from gmm_core.errors import ParameterError


@dataclass(frozen=True)
class Parameter:
    """A number that a person chooses.

    Parameters
    ----------
    name : str
        Its name in code.
    label : str
        Its name beside the control and at the beginning of a sentence.
    default : float
        Its value if none is chosen.
    minimum, maximum : float
        Bounds, both allowed.
    step : float
        Step of the control.
    whole : bool
        True if it must be an integer.
    help : str
        One sentence that says what it is.
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
        """Return the value as int or float.

        Raises
        ------
        ParameterError
            If it is not a number within the bounds.
        """
        if not self.accepts(value):
            kind = "a whole number" if self.whole else "a number"
            raise ParameterError(f"{self.label} must be {kind} from {self.minimum:,} to {self.maximum:,}.")
        return int(value) if self.whole else float(value)

    def accepts(self, value: object) -> TypeGuard[int | float]:
        """True if the value is a number within the bounds, and an integer if `whole`."""
        if not isinstance(value, (int, float, np.integer, np.floating)) or isinstance(value, bool):
            return False
        return bool(self.minimum <= value <= self.maximum and (not self.whole or value == math.floor(value)))

    def clamped(self, value: object) -> float:
        """The valid value nearest to an untrusted one, as in a link; the default if that is not a finite number."""
        try:
            number = float(value)  # type: ignore[arg-type]
        except (TypeError, ValueError, OverflowError):
            return self.default
        if not math.isfinite(number):
            return self.default
        within = min(max(number, self.minimum), self.maximum)
        return round(within) if self.whole else within
