"""What came of a fit."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from gmm_core.fitting.narrow_components import Kind, NarrowComponent
from gmm_core.fitting.restart_result import Run
from gmm_core.fitting.specification import FitSpecification
from gmm_core.model.covariance.catalogue import structure_named
from gmm_core.model.covariance.family import CovarianceStructure
from gmm_core.model.criteria import Criteria
from gmm_core.model.mixture import Mixture


@dataclass(frozen=True, eq=False)
class Fit:
    """What came of a fit: every restart, and the best one.

    `warnings` are all that is worth knowing, in sentences; `data_warnings` those of them that tell of the data alone.

    The best is the valid run of highest `Run.score`: the log-likelihood less what narrow components cost. `narrow` are
    those of its components whose spread says little; `warnings` has a sentence about them. `engine` names what took the
    E-steps: "blocked", "compiled", or "blocked, then compiled" where compiled code was made in the middle of the fit.
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
        """The run that is the answer."""
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
        """Whether a component is an atom or at the floor, so that the likelihood says how narrow it may be."""
        return any(self.best.at_floor) or any(component.kind is Kind.ATOM for component in self.narrow)

    @property
    def says_little(self) -> tuple[bool, ...]:
        """Of which components (K,) the spread says little: those in `narrow`, and those at the floor."""
        narrow = {component.component for component in self.narrow}
        return tuple(held or k in narrow for k, held in enumerate(self.best.at_floor))

    @property
    def higher_but_narrow(self) -> tuple[int, ...]:
        """The positions of restarts that ended higher, by narrow components, than the best; the highest first."""
        higher = [
            index
            for index, run in enumerate(self.runs)
            if run.valid and not run.on_sample and run.log_likelihood > self.log_likelihood
        ]
        return tuple(sorted(higher, key=lambda index: -self.runs[index].log_likelihood))

    @cached_property
    def digest(self) -> str:
        """SHA-256, in hexadecimal, of what its restarts came to; the same where every number of the answer is."""
        found = hashlib.sha256()
        for values in (self.mixture.weights, self.mixture.means, self.mixture.covariances):
            found.update(np.ascontiguousarray(values).tobytes())
        for run in self.runs:
            told = (
                run.kind,
                run.number,
                run.ending.name,
                run.at_floor,
                run.n_on_sample,
                run.log_likelihoods.size,
            )
            found.update(repr(told).encode())
            found.update(np.ascontiguousarray(run.log_likelihoods).tobytes())
        return found.hexdigest()

    @property
    def structure(self) -> CovarianceStructure:
        """The covariance structure that was fitted."""
        return structure_named(self.specification.covariance_type)
