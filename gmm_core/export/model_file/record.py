"""Fit record: the data, the result and the library versions of the fit that a model comes from."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version

from gmm_core.fitting.narrow_components import NarrowComponent
from gmm_core.fitting.result import Fit

LIBRARIES = ("numpy", "scipy", "pandas", "scikit-learn", "numba")
"""The libraries whose versions are recorded, by their distribution names."""


@dataclass(frozen=True)
class FitRecord:
    """The data, the result and the library versions of a fit.

    Parameters
    ----------
    data : str
        The name of the data; untrusted text.
    rows : int
        N, the number of rows that were fitted.
    rows_left_out : int
        The number of rows of the data that were left out because a value was missing.
    log_likelihood : float
        Σ_n log p(z_n), in nats, of the values as they were fitted: z = (x − center) / scale.
    parameter_count : int
        The number of free parameters.
    aic, bic, icl : float or None
        Information criteria, lower is better; None where they are not defined.
    converged : bool
        True if the best restart reached the tolerance.
    iterations : int
        M-steps of the best restart.
    versions : tuple of (str, str)
        (name, version) of Python and of each of LIBRARIES.
    narrow : tuple of NarrowComponent
        The suspiciously narrow components; see `gmm_core.fitting.narrow_components`.
    """

    data: str
    rows: int
    rows_left_out: int
    log_likelihood: float
    parameter_count: int
    aic: float | None
    bic: float | None
    icl: float | None
    converged: bool
    iterations: int
    versions: tuple[tuple[str, str], ...]
    narrow: tuple[NarrowComponent, ...] = ()

    @classmethod
    def of(cls, fit: Fit, data: str, rows_left_out: int = 0) -> FitRecord:
        """The record of a fit made in this process, with the versions of its libraries."""
        criteria = fit.criteria
        return cls(
            data=data,
            rows=round(criteria.rows),
            rows_left_out=rows_left_out,
            log_likelihood=fit.log_likelihood,
            parameter_count=int(criteria.parameter_count),
            aic=criteria.aic,
            bic=criteria.bic,
            icl=criteria.icl,
            converged=fit.best.converged,
            iterations=fit.best.n_iterations,
            versions=library_versions(),
            narrow=fit.narrow,
        )


@cache
def library_versions() -> tuple[tuple[str, str], ...]:
    """(name, version) of Python and of each of LIBRARIES, as installed."""
    return (("python", platform.python_version()), *((name, version(name)) for name in LIBRARIES))
