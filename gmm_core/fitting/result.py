"""The result of a fit."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from gmm_core.fitting.narrow_components import NarrowComponent, NarrowKind
from gmm_core.fitting.restart_result import Run
from gmm_core.fitting.specification import FitSpecification
from gmm_core.model.covariance.catalogue import structure_named
from gmm_core.model.covariance.family import CovarianceStructure
from gmm_core.model.criteria import Criteria
from gmm_core.model.mixture import Mixture


@dataclass(frozen=True, eq=False)
class Fit:
    """The result of a fit: every restart, and which one is the best.

    Parameters
    ----------
    specification : FitSpecification
        The model that was fitted, and how.
    runs : tuple of Run
        The restarts that began.
    best_index : int
        The position of the valid run with the highest `Run.score`, the log-likelihood minus the cost of narrowness.
    criteria : Criteria
        AIC, BIC and ICL of the best run.
    warnings : tuple of str
        All warnings, one sentence each.
    engine : str
        The engine of the E-steps: "blocked", "compiled", or "blocked, then compiled" if compiled code became available
        during the fit.
    data_warnings : tuple of str
        Those of the warnings that concern the data alone.
    narrow : tuple of NarrowComponent
        The components of the best run whose covariance is not a reliable estimate.
    """

    specification: FitSpecification
    runs: tuple[Run, ...]
    best_index: int
    criteria: Criteria
    warnings: tuple[str, ...]
    engine: str
    data_warnings: tuple[str, ...] = ()
    narrow: tuple[NarrowComponent, ...] = ()

    @property
    def best(self) -> Run:
        """The best run."""
        return self.runs[self.best_index]

    @property
    def mixture(self) -> Mixture:
        """The fitted mixture, in the data's units and canonical order."""
        return self.best.mixture

    @property
    def log_likelihood(self) -> float:
        """Σ_n log p(x_n) of the fitted mixture, in nats."""
        return self.best.log_likelihood

    @property
    def has_boundless_likelihood(self) -> bool:
        """True if a component is an atom or at the floor: the likelihood then depends on how low the floor is."""
        return any(self.best.at_floor) or any(component.kind is NarrowKind.ATOM for component in self.narrow)

    @property
    def says_little(self) -> tuple[bool, ...]:
        """True for each component (K,) in `narrow` or at the floor: its covariance is not a reliable estimate."""
        narrow = {component.component for component in self.narrow}
        return tuple(held or k in narrow for k, held in enumerate(self.best.at_floor))

    @property
    def higher_but_narrow(self) -> tuple[int, ...]:
        """The positions of runs with a higher log-likelihood but a lower score than the best, the highest first."""
        higher = [
            index
            for index, run in enumerate(self.runs)
            if run.valid and not run.on_sample and run.log_likelihood > self.log_likelihood
        ]
        return tuple(sorted(higher, key=lambda index: -self.runs[index].log_likelihood))

    @cached_property
    def digest(self) -> str:
        """SHA-256, in hexadecimal, of the fitted mixture and of every restart's ending and log-likelihoods."""
        hashed = hashlib.sha256()
        for values in (self.mixture.weights, self.mixture.means, self.mixture.covariances):
            hashed.update(np.ascontiguousarray(values).tobytes())
        for run in self.runs:
            contents = (
                run.kind,
                run.number,
                run.ending.name,
                run.at_floor,
                run.n_on_sample,
                run.log_likelihoods.size,
            )
            hashed.update(repr(contents).encode())
            hashed.update(np.ascontiguousarray(run.log_likelihoods).tobytes())
        return hashed.hexdigest()

    @property
    def structure(self) -> CovarianceStructure:
        """The covariance structure that was fitted."""
        return structure_named(self.specification.covariance_type)
