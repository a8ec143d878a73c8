"""One iteration of EM as an immutable value."""

from __future__ import annotations

from dataclasses import dataclass

from gmm_core.arrays import BoolArray
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
