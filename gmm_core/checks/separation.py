"""Whether the components lie so far apart, and are so alike, that the nearest mean says the same as the mixture."""

from __future__ import annotations

import numpy as np

from gmm_core.checks.check import Check, Finding, judged, untold
from gmm_core.checks.evidence import Evidence

SURE = 0.95  # said in the sentence too
SHARE = 0.995


def _separation(evidence: Evidence) -> Finding:
    if evidence.n_components == 1:
        return untold("One component has no other to lie apart from.")
    responsibilities, means = evidence.responsibilities, evidence.fit.mixture.means
    distances = np.stack([np.square(evidence.rows - mean).sum(axis=1) for mean in means], axis=1)
    agree = float(np.mean(distances.argmin(axis=1) == responsibilities.argmax(axis=1)))
    sure = float(np.mean(responsibilities.max(axis=1) > SURE))
    return judged(
        min(agree, sure) < SHARE,
        f"{100 * sure:.3g} % of the rows are surer than 95 %, and the nearest mean alone puts "
        f"{100 * agree:.3g} % where the mixture does.",
    )


SEPARATION = Check(
    "separation",
    "Clusters so far apart that K-means would do",
    f"Fewer than {100 * SHARE:g} % of the rows are both sure and where the nearest mean puts them.",
    "K-means, which is simpler and faster, would give these labels too; keep the mixture if its densities, weights "
    "or shapes are what you want.",
    _separation,
)
