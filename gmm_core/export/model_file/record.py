"""What is known of the fit that a model comes from: of what data, with which versions, and how well it went."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version

from gmm_core.fitting.narrow_components import NarrowComponent
from gmm_core.fitting.result import Fit

LIBRARIES = ("numpy", "scipy", "pandas", "scikit-learn", "numba")


@dataclass(frozen=True)
class FitRecord:
    """How a model was fitted, as far as that is known.

    Parameters
    ----------
    data : str
        The name of the data, as it was; never trusted.
    rows : int
        N, how many rows were fitted.
    rows_left_out : int
        How many more the data has that lacked a value.
    log_likelihood : float
        Σ_n log p(z_n), in nats, of the values as they were fitted: z = (x − center) / scale.
    parameter_count : int
        Free parameters.
    aic, bic, icl : float or None
        Lower is better; None where they mean nothing.
    converged : bool
        Whether the log-likelihood had stopped rising.
    iterations : int
        M-steps of the best restart.
    versions : (name, version) of each library
        What it was computed with, Python first.
    narrow : tuple of NarrowComponent
        The components whose spread says little; see `gmm_core.fitting.narrow_components`.
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
        """The record of a fit that was made here and now."""
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
    """The versions of Python and of the libraries that compute."""
    return (("python", platform.python_version()), *((name, version(name)) for name in LIBRARIES))
