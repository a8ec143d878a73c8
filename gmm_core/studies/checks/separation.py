"""The check whether the components are so well separated and so similar that K-means gives the same labels."""

from __future__ import annotations

import numpy as np
from sklearn.cluster import KMeans

from gmm_core.arrays import IntArray
from gmm_core.engines.threads import one_openmp_thread
from gmm_core.geometry.agreement import differing_rows
from gmm_core.studies.checks.check import Check, Finding, cannot_tell, judged
from gmm_core.studies.checks.evidence import SEED, Evidence
from gmm_core.studies.sure_rows import SURE, share_in_words, share_sure

SHARE = 0.995
"""K-means is enough if at least this share of the rows is sure, and at least this share gets the same label from it."""
N_INIT = 2
"""The number of restarts of K-means."""
MAX_ROWS = 500
"""The largest number of rows that K-means is run on, to keep the check fast."""


def _separation(evidence: Evidence) -> Finding:
    if evidence.n_components == 1:
        return cannot_tell("One component has no other to lie apart from.")
    responsibilities = evidence.responsibilities
    sure = share_sure(responsibilities)
    measured = f"{share_in_words(sure)} of the rows are surer than {100 * SURE:g} %"
    # K-means is costly, and not needed if many rows are unsure.
    if sure < SHARE:
        return judged(True, f"{measured}.")
    labels = responsibilities.argmax(axis=1)
    by_k_means = k_means_labels(evidence)
    few = labels[:: _stride(evidence)]
    agree = 1.0 - float(np.mean(differing_rows(few, by_k_means, evidence.n_components)))
    return judged(
        agree < SHARE, f"{measured}, and K-means puts {share_in_words(agree)} of them where the mixture does."
    )


def k_means_labels(evidence: Evidence) -> IntArray:
    """The K-means labels of at most `MAX_ROWS` rows, evenly spaced among the rows of the evidence."""
    k_means = KMeans(evidence.n_components, n_init=N_INIT, random_state=SEED)
    with one_openmp_thread():
        return np.asarray(k_means.fit_predict(evidence.rows[:: _stride(evidence)]), dtype=np.int64)


def _stride(evidence: Evidence) -> int:
    return -(-len(evidence.rows) // MAX_ROWS)


SEPARATION = Check(
    "separation",
    "K-means is enough here",
    f"Fewer than {100 * SHARE:g} % of the rows are both surer than {100 * SURE:g} % and in the same "
    "cluster of K-means.",
    "K-means, which is simpler, gives these labels too; keep the mixture if its densities, weights or "
    "shapes are what you want.",
    _separation,
)
