"""The state of EM between two E-steps, from which any engine can continue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic

from gmm_core.arrays import BoolArray
from gmm_core.model.likelihood_model import State


@dataclass(frozen=True, eq=False)
class Position(Generic[State]):
    """The state of EM between two E-steps.

    Parameters
    ----------
    state : State
        The parameters of the model.
    index : int
        How many iterations led to it.
    at_floor : (K,) or None
        True for each component that the last M-step held at a bound; None before the first M-step.
    reseeded : tuple of int
        The components that the last step re-initialised; empty if it was an M-step.
    n_reseeded : int
        How many re-initialisations there were so far.
    """

    state: State
    index: int = 0
    at_floor: BoolArray | None = None
    reseeded: tuple[int, ...] = ()
    n_reseeded: int = 0

    @property
    def is_plain(self) -> bool:
        """True if the last step re-initialised no component, and no component is held at a bound."""
        return not self.reseeded and not (self.at_floor is not None and self.at_floor.any())
