"""The state of EM as immutable values: an iteration, which is yielded, and the position between two E-steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic

from gmm_core.arrays import BoolArray
from gmm_core.model.likelihood_model import State
from gmm_core.model.mixture import Mixture


@dataclass(frozen=True, eq=False)
class EMIteration:
    """The state of EM after `index` M-steps.

    Parameters
    ----------
    index : int
        0 for the start, then 1, 2, …
    mixture : Mixture
        The parameters of this iteration.
    log_likelihood : float
        Σ_n log p(x_n) of exactly these parameters, in nats.
    mean_log_likelihood : float
        The same divided by the number of rows, or by the sum of their weights.
    at_floor : (K,)
        True for each component that has a variance held at the floor.
    reseeded : tuple of int
        The components that were emptied before this iteration and re-initialised in it.
    extrapolated : bool
        True if the mixture is an extrapolation by accelerated EM, not the result of an M-step.
    """

    index: int
    mixture: Mixture
    log_likelihood: float
    mean_log_likelihood: float
    at_floor: BoolArray
    reseeded: tuple[int, ...] = ()
    extrapolated: bool = False


@dataclass(frozen=True, eq=False)
class Position(Generic[State]):
    """The state of EM between two E-steps, from which any engine can continue.

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
