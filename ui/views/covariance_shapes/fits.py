"""The fits of all covariance types to the current data."""

from __future__ import annotations

from dataclasses import replace

from gmm_core.fitting.fit import Fit
from gmm_core.fitting.time_estimate import seconds_of_fit
from gmm_core.model.covariance.catalogue import STRUCTURES
from gmm_core.studies.family_comparison import StructureFit, fitting_structures
from gmm_core.tables.preparation import PreparedData
from ui.compute.cache import CacheBound, size_of_fits
from ui.compute.limits import LIMITS
from ui.compute.long_task import LongTask
from ui.shell.analysis import Analysis


def structure_fits_task(
    analysis: Analysis, prepared: PreparedData, _: Fit
) -> LongTask[tuple[StructureFit, ...]]:
    """The long task that fits every covariance type; if it is stopped, its value holds those fitted so far."""
    any_structure = replace(analysis.specification, covariance_type=next(iter(STRUCTURES)))
    each = [replace(any_structure, covariance_type=name) for name in STRUCTURES]
    return LongTask(
        kind="shapes",
        key=(prepared.digest, any_structure),
        steps=lambda: fitting_structures(prepared.X, any_structure, columns=prepared.columns),
        seconds=sum(seconds_of_fit(prepared.X.shape, specification) for specification in each),
        size=lambda structure_fits: size_of_fits(
            *(structure_fit.fit for structure_fit in structure_fits if structure_fit.fit is not None)
        ),
        cache_bound=CacheBound(
            LIMITS.shared_structure_fits_megabytes, LIMITS.private_structure_fits_megabytes
        ),
        private=analysis.private,
        when_stopped="Shows the covariance types fitted so far.",
    )
