"""Where a restart begins: a mixture, or a short run of EM that led to one."""

from __future__ import annotations

from dataclasses import dataclass

from gmm_core.model.mixture import Mixture


@dataclass(frozen=True, eq=False)
class Beginning:
    """The first iterations of a restart, as far as its start knows them.

    Parameters
    ----------
    first : Mixture
        The mixture at iteration 0, in standard units.
    last : Mixture
        The mixture that plain EM on all rows of the problem reaches from `first` in `n_iterations` iterations.
    n_iterations : int
        0 if the start ran no EM, or ran it on a sample of the rows; `first` and `last` are then the same.
    """

    first: Mixture
    last: Mixture
    n_iterations: int = 0

    @classmethod
    def at(cls, mixture: Mixture) -> Beginning:
        """The beginning with a mixture from which no EM was run."""
        return cls(mixture, mixture)
