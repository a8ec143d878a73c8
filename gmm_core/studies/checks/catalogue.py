"""The table of all checks, in the order in which they are shown."""

from __future__ import annotations

from gmm_core.studies.checks.check import Check, Finding
from gmm_core.studies.checks.evidence import Evidence
from gmm_core.studies.checks.narrow_components import NARROW_COMPONENTS
from gmm_core.studies.checks.normality import NORMALITY
from gmm_core.studies.checks.outliers import OUTLIERS
from gmm_core.studies.checks.restarts import RESTARTS
from gmm_core.studies.checks.scales import SCALES
from gmm_core.studies.checks.separation import SEPARATION
from gmm_core.studies.checks.size import DIMENSION, PARAMETERS, SMALL_COMPONENT

CHECKS: dict[str, Check] = {
    check.key: check
    for check in (
        PARAMETERS,
        SMALL_COMPONENT,
        OUTLIERS,
        NARROW_COMPONENTS,
        RESTARTS,
        NORMALITY,
        SEPARATION,
        SCALES,
        DIMENSION,
    )
}
"""All checks by key."""


def findings_of(evidence: Evidence) -> dict[str, Finding]:
    """Run all checks: the finding of each, by its key."""
    return {check.key: check.measure(evidence) for check in CHECKS.values()}
