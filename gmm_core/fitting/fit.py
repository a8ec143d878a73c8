"""Fits a mixture from several starts; the valid restart with the highest score is the answer."""

from __future__ import annotations

from collections.abc import Generator, Sequence

from numpy.typing import ArrayLike

from gmm_core.engines.choice import AUTOMATIC
from gmm_core.fitting.nested import plan_of_fit
from gmm_core.fitting.plan import Plan, run_plan
from gmm_core.fitting.progress import Progress, StopFitting, run_to_end
from gmm_core.fitting.request import FitRequest, GivenRows
from gmm_core.fitting.result import Fit
from gmm_core.fitting.specification import FitSpecification
from gmm_core.starts.kinds import Start

__all__ = ["Fit", "Progress", "StopFitting", "fit", "fitting"]


def fit(
    X: ArrayLike,
    specification: FitSpecification | None = None,
    *,
    starts: Sequence[Start] | None = None,
    columns: Sequence[str] | None = None,
    engine: str = AUTOMATIC,
    sample_weight: ArrayLike | None = None,
    keep_order: bool = False,
) -> Fit:
    """Fit a mixture to the rows of X (N, D); parameters and errors are those of `fitting`."""
    return run_to_end(
        fitting(
            X,
            specification,
            starts=starts,
            columns=columns,
            engine=engine,
            sample_weight=sample_weight,
            keep_order=keep_order,
        )
    )


def fitting(
    X: ArrayLike,
    specification: FitSpecification | None = None,
    *,
    starts: Sequence[Start] | None = None,
    columns: Sequence[str] | None = None,
    engine: str = AUTOMATIC,
    sample_weight: ArrayLike | None = None,
    keep_order: bool = False,
) -> Generator[Progress, None, Fit]:
    """Fit a mixture step by step: a generator that yields a `Progress` after some iterations and returns the `Fit`.

    It yields after each iteration on many rows, and after several on few rows.

    The rows are centred and scaled for the fit and the answer is mapped back, so units and offsets do not matter.
    Throw `StopFitting` into the generator to end early with the runs done so far.

    Parameters
    ----------
    X : (N, D)
        Rows of finite numbers.
    specification : FitSpecification
        The model and how it is fitted; by default three full components.
    starts : sequence of Start, optional
        Starting points instead of the random ones of the specification.
    columns : sequence of str, optional
        Names for error messages.
    engine : str
        "blocked" (NumPy), "compiled" (Numba) or "automatic", which `engine_name` decides.
    sample_weight : (N,), optional
        How often each row counts, ≥ 0: a row of weight 3 is that row three times, from the random starts on.
    keep_order : bool
        Leave the components in the order of the start, not in the canonical one.

    Raises
    ------
    DataError
        If the data cannot carry the fit: fewer distinct rows than components; without regularisation, a column with
        one value only; numbers so large or so close together that float64 cannot represent their variances.
    FitError
        If no restart ended in a valid mixture; the message says why the first ones failed.
    """
    rows = GivenRows(X, columns, sample_weight)
    request = FitRequest(rows, specification or FitSpecification(), starts, engine, keep_order)
    return run_plan(_one_fit(request))


def _one_fit(request: FitRequest) -> Plan[Fit]:
    outcome = yield from plan_of_fit(request)
    return outcome.required()
