"""Where EM stands between two E-steps: all that it needs to go on, with whichever engine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic

from gmm_core.arrays import BoolArray
from gmm_core.model.likelihood_model import State


@dataclass(frozen=True, eq=False)
class Position(Generic[State]):
    """Where EM stands between two E-steps.

    Parameters
    ----------
    state : State
        The parameters.
    index : int
        Iterations before it.
    at_floor : (K,) or None
        Which components were held at a bound in the last M-step; None where there was none.
    reseeded : tuple of int
        The components that had lost their points and were placed anew, where that was the last step.
    n_reseeded : int
        How many were placed anew so far.
    """

    state: State
    index: int = 0
    at_floor: BoolArray | None = None
    reseeded: tuple[int, ...] = ()
    n_reseeded: int = 0

    @property
    def is_plain(self) -> bool:
        """True if the last step was an M-step that held no component at a bound."""
        return not self.reseeded and not (self.at_floor is not None and self.at_floor.any())
