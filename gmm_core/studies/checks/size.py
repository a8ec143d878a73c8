"""The checks whether there are enough rows for the parameters, the smallest component, and the features."""

from __future__ import annotations

from gmm_core.model.covariance.catalogue import STRUCTURES, names_where
from gmm_core.model.covariance.family import CovarianceStructure
from gmm_core.studies.checks.check import Check, Finding, judged
from gmm_core.studies.checks.evidence import Evidence
from gmm_core.wording import counted

ROWS_PER_PARAMETER = 10
"""The fewest rows for each free parameter."""
HANDFUL = 10
"""The fewest rows in a component."""
FEW_FEATURES = 10
"""Up to this number of features the dimension is always fine."""
ROWS_PER_FEATURE = 10
"""With more features, the fewest rows of the smallest component for each feature."""


def _parameters(evidence: Evidence) -> Finding:
    count = evidence.fit.criteria.parameter_count
    share = evidence.n_rows / count
    return judged(
        share >= ROWS_PER_PARAMETER,
        f"{count:,} free parameters for {evidence.n_rows:,} rows: {share:.3g} rows for each.",
    )


def _handful(evidence: Evidence) -> Finding:
    smallest = int(evidence.counts.argmin())
    held = float(evidence.counts[smallest])
    least = max(HANDFUL, 2 * (evidence.n_features + 1))
    return judged(
        held >= least,
        f"The smallest component, {smallest + 1}, holds {held:.3g} of {evidence.n_rows:,} rows; the limit here is "
        f"{least}.",
    )


def _features(evidence: Evidence) -> Finding:
    share = float(evidence.counts.min()) / evidence.n_features
    return judged(
        evidence.n_features <= FEW_FEATURES or share >= ROWS_PER_FEATURE,
        f"{counted(evidence.n_features, 'feature')}; the smallest component has {share:.3g} rows for each.",
    )


def is_simpler(structure: CovarianceStructure) -> bool:
    """True if another structure of the catalogue includes this one."""
    return any(other is not structure and other.includes(structure) for other in STRUCTURES.values())


PARAMETERS = Check(
    "parameters",
    "Parameters against rows",
    f"At least {ROWS_PER_PARAMETER} rows for each free parameter.",
    "Use fewer components or a simpler covariance type, or more rows.",
    _parameters,
)
SMALL_COMPONENT = Check(
    "small component",
    "A component that holds a handful of points",
    f"At least {HANDFUL} rows in every component, and at least twice as many as a covariance needs (D + 1).",
    "Look at those rows: they may be outliers. Use fewer components, or more restarts.",
    _handful,
)
DIMENSION = Check(
    "dimension",
    "High dimension",
    f"Up to {FEW_FEATURES} features, or at least {ROWS_PER_FEATURE} rows for each feature in the smallest component: "
    "with fewer, covariances are noise and every responsibility looks sure.",
    f"Leave columns out, or choose {names_where(is_simpler)}; or reduce the columns first, for example by PCA.",
    _features,
)
