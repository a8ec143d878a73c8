"""The check whether the result depends on the units of the columns."""

from __future__ import annotations

from gmm_core.model.covariance.catalogue import names_where
from gmm_core.model.covariance.family import Invariance
from gmm_core.studies.checks.check import Check, Finding, cannot_tell, judged
from gmm_core.studies.checks.evidence import Evidence
from gmm_core.tables.scaling import standard
from gmm_core.wording import quoted

RATIO = 10.0
"""The limit of the ratio of the largest to the smallest standard deviation of unscaled columns."""


def _scales(evidence: Evidence) -> Finding:
    if evidence.n_features == 1:
        return cannot_tell("One feature has no other to be compared with.")
    if evidence.scaling != "none":
        return judged(True, "The columns are brought to one scale before the fit.")
    spread = standard(evidence.rows).scale
    widest, narrowest = int(spread.argmax()), int(spread.argmin())
    columns = evidence.prepared.columns
    ratio = float(spread[widest] / spread[narrowest])
    measured = f"Unscaled, {quoted(columns[widest])} varies {ratio:.3g} times as much as {quoted(columns[narrowest])}."
    structure = evidence.fit.structure
    if ratio >= RATIO and structure.invariance is not Invariance.GLOBAL:
        return judged(True, f"{measured} A fit of type {structure.name} does not depend on units.")
    return judged(ratio < RATIO, measured)


SCALES = Check(
    "scales",
    "Features on very different scales",
    f"Where columns are not scaled, standard deviations within a factor of {RATIO:g}; types with a circle for a shape "
    "follow the column with the largest numbers.",
    "Standardise under Columns and scale, or choose "
    f"{names_where(lambda row: row.invariance is not Invariance.GLOBAL)}, which do not depend on units.",
    _scales,
)
