"""A fit as a stage of something longer: its progress is told in the longer one's terms, and a stop is not lost."""

from __future__ import annotations

from collections.abc import Callable, Generator

from gmm_core.errors import ExplorerError
from gmm_core.fitted import Fit
from gmm_core.progress import Progress, StopFitting


def stage(
    steps: Generator[Progress, None, Fit], told: Callable[[Progress], Progress]
) -> Generator[Progress, None, tuple[Fit | ExplorerError, bool]]:
    """Go through the steps of a fit; returns the fit or why there is none, and whether it was stopped.

    Yields what `told` makes of the progress. `StopFitting` reaches the fit, which ends with what it has; it is for
    the caller then not to begin another stage.
    """
    stopped = False
    try:
        while True:
            progress = next(steps)
            try:
                yield told(progress)
            except StopFitting as stop:
                stopped = True
                steps.throw(stop)
    except StopIteration as finished:
        fit: Fit = finished.value
        return fit, stopped
    except ExplorerError as error:
        return error, stopped
    finally:
        steps.close()
