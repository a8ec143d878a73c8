"""Model selection criteria: AIC, BIC and ICL. Lower is better for all three."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gmm_core.arrays import FloatArray
from gmm_core.model.mixture import Mixture
from gmm_core.model.scores import rows_per_block
from gmm_core.rows.rows import Rows

EVIDENCE = (
    (2.0, "not worth more than a bare mention"),
    (6.0, "positive evidence"),
    (10.0, "strong evidence"),
)
"""(upper limit of the BIC difference, its strength in words), ascending."""
VERY_STRONG = "very strong evidence"
"""The strength of a BIC difference at or above the last limit of `EVIDENCE`."""


def akaike(log_likelihood: float, parameter_count: int) -> float:
    """AIC = −2 log L + 2 p. Source: Akaike (1974)."""
    return -2.0 * log_likelihood + 2.0 * parameter_count


def bayesian(log_likelihood: float, parameter_count: int, rows: float) -> float:
    """BIC = −2 log L + p log N. Source: Schwarz (1978)."""
    return -2.0 * log_likelihood + parameter_count * float(np.log(rows))


@dataclass(frozen=True)
class Criteria:
    """The criteria of one fitted mixture, on the scale of −2 log L in nats; lower is better (mclust negates them).

    Parameters
    ----------
    log_likelihood : float
        log L = Σ_n log p(x_n), in the data's units.
    parameter_count : int
        p, the free parameters of the model.
    rows : float
        N, or the sum of the rows' weights.
    classification_penalty : float
        −2 Σ_n log max_k r_nk ≥ 0: how uncertain the hard labels are.
    refusal : str or None
        Why the criteria are not meaningful here, in one sentence; all three are then None.
    """

    log_likelihood: float
    parameter_count: int
    rows: float
    classification_penalty: float
    refusal: str | None = None

    @property
    def aic(self) -> float | None:
        """−2 log L + 2 p. Source: Akaike (1974)."""
        return None if self.refusal else akaike(self.log_likelihood, self.parameter_count)

    @property
    def bic(self) -> float | None:
        """−2 log L + p log N. Source: Schwarz (1978)."""
        return None if self.refusal else bayesian(self.log_likelihood, self.parameter_count, self.rows)

    @property
    def icl(self) -> float | None:
        """BIC − 2 Σ_n log max_k r_nk. Source: Biernacki, Celeux and Govaert (2000), equation 8, on hard labels."""
        bic = self.bic
        return None if bic is None else bic + self.classification_penalty


def classification_penalty(rows: Rows, mixture: Mixture) -> float:
    """−2 Σ_n w_n log max_k r_nk, the penalty of ICL; ≥ 0."""
    scores = mixture.scores

    def of_block(values: FloatArray, weights: FloatArray | None) -> float:
        log_joint = scores.of(values)
        surest = -np.log(np.exp(log_joint - log_joint.max(axis=0)).sum(axis=0))
        return float(surest.sum() if weights is None else surest @ weights)

    size = rows_per_block(mixture.n_components, mixture.n_features)
    return -2.0 * rows.reduce(of_block, block_rows=size, shared=True)


def bic_evidence(gap: float) -> str:
    """The strength of the evidence for the model with the lower BIC, where `gap` ≥ 0 is the difference.

    Source: Kass and Raftery, Bayes Factors (1995), section 3.2, on 2 log B ≈ ΔBIC.
    """
    return next((words for limit, words in EVIDENCE if gap < limit), VERY_STRONG)
