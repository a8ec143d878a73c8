"""The check for a component of outliers: one with few rows that is far wider than the others."""

from __future__ import annotations

import numpy as np

from gmm_core.studies.checks.check import Check, Finding, cannot_tell, judged
from gmm_core.studies.checks.evidence import Evidence
from gmm_core.studies.checks.wide_components import FEW, WIDE, WideComponent, wide_components
from gmm_core.studies.sure_rows import share_in_words
from gmm_core.wording import counted


def _outliers(evidence: Evidence) -> Finding:
    if evidence.n_components == 1:
        return cannot_tell("One component has no other to be wider than.")
    left_out = evidence.fit.says_little
    if np.count_nonzero(left_out) > evidence.n_components - 2:
        return cannot_tell(
            "Of the components, those left out whose spread says little, no two are left to be compared."
        )
    wide = wide_components(evidence.fit.mixture, left_out)
    if not wide:
        return judged(True, f"No component of few rows has {WIDE:g} times the spread of the others.")
    return judged(False, " ".join(f"{wide_in_words(each, evidence.n_rows)}." for each in wide))


def wide_in_words(component: WideComponent, n_rows: int) -> str:
    """A sentence, without its full stop, with the component's number, its share of N rows and how wide it is."""
    rows = counted(round(n_rows * component.weight), "row")
    return (
        f"Component {component.position + 1}, of {rows} ({share_in_words(component.weight)}), is spread "
        f"{component.factor:,.1f} times as widely as the others"
    )


OUTLIERS = Check(
    "outliers",
    "A component of outliers",
    f"No component of less than {100 * FEW:g} % of the rows has more than {WIDE:g} times the spread of the others: the "
    "geometric mean of its standard deviations, |Σ|^(1/2D), against the median of theirs. Components whose "
    "spread says little are left out.",
    "Such a component gathers rows that fit nowhere else rather than a group of its own: look at them in Density and "
    "anomalies before you count it as a cluster.",
    _outliers,
)
