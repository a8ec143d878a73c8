"""The verdict whether to use K-means or the mixture on these rows: the first rule that applies decides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from gmm_core.fitting.narrow_components import sentences
from gmm_core.studies.kmeans_comparison.comparison import KMeansComparison
from gmm_core.studies.sure_rows import SURE

EQUAL_AGREEMENT = 0.95
"""Partitions with an adjusted Rand index above this are taken as the same."""
CLEARER = 0.05
"""The smallest difference between two adjusted Rand indices with the true labels that counts."""
ALL_SURE = 0.99
"""The share of sure rows from which on the partition counts as sure."""
VERY_STRONG = 10.0
"""A difference in BIC above this is very strong evidence. Source: Kass and Raftery, Bayes factors (1995)."""


class Choice(Enum):
    """The method to use."""

    KMEANS = "K-means"
    MIXTURE = "the mixture"
    EITHER = "either"
    NEITHER = "neither"


@dataclass(frozen=True)
class Verdict:
    """The method to use on these rows, and the reason: a sentence with the numbers that decided."""

    choice: Choice
    reason: str


def verdict(comparison: KMeansComparison) -> Verdict:
    """The verdict of the first rule of `RULES` that applies."""
    for rule in RULES:
        decision = rule(comparison)
        if decision is not None:
            return decision
    raise AssertionError("The last rule applies always.")


def _one_component(comparison: KMeansComparison) -> Verdict | None:
    if comparison.kmeans.n_clusters > 1:
        return None
    return Verdict(
        Choice.MIXTURE,
        "With K = 1 there is nothing to divide: K-means gives only the mean, one Gaussian also how the rows "
        "spread around it.",
    )


def _by_labels(comparison: KMeansComparison) -> Verdict | None:
    """The method that agrees better with the true labels, if the difference is at least `CLEARER`."""
    known = comparison.agreement_with_labels
    if known is None or abs(known[0] - known[1]) < CLEARER:
        return None
    better = Choice.MIXTURE if known[1] > known[0] else Choice.KMEANS
    return Verdict(
        better,
        f"It agrees better with the true labels: ARI {max(known):.3f} against {min(known):.3f}.",
    )


def _same_and_sure(comparison: KMeansComparison) -> Verdict | None:
    if comparison.agreement < EQUAL_AGREEMENT or comparison.share_sure < ALL_SURE:
        return None
    return Verdict(
        Choice.KMEANS,
        f"Both find the same clusters (ARI {comparison.agreement:.3f}) and {100 * comparison.share_sure:.3g} % of the "
        f"rows are surer than {100 * SURE:.0f} %: the simpler one is enough, unless you want densities or shapes.",
    )


def _same_but_unsure(comparison: KMeansComparison) -> Verdict | None:
    if comparison.agreement < EQUAL_AGREEMENT:
        return None
    return Verdict(
        Choice.EITHER,
        f"Both find nearly the same clusters (ARI {comparison.agreement:.3f}), but for "
        f"{100 * (1 - comparison.share_sure):.3g} % of the rows the mixture is less than {100 * SURE:.0f} % sure: "
        "use it if it matters which these are.",
    )


def _by_narrow_components(comparison: KMeansComparison) -> Verdict | None:
    """Neither, if the mixture has components with an unreliable covariance, so that its BIC cannot be trusted."""
    if not comparison.fit.narrow:
        return None
    return Verdict(
        Choice.NEITHER,
        f"Their labels differ (ARI {comparison.agreement:.3f}), and BIC cannot decide: a component whose "
        f"spread says little may have lowered the mixture's. {' '.join(sentences(comparison.fit.narrow))}",
    )


def _by_bic(comparison: KMeansComparison) -> Verdict | None:
    """The lower of the BIC of the mixture and that of the mixture that corresponds to K-means."""
    own, other = comparison.fit.criteria.bic, comparison.bic_of_kmeans
    if own is None or other is None:
        return None
    if abs(own - other) <= VERY_STRONG:
        return Verdict(
            Choice.EITHER,
            f"Their labels differ (ARI {comparison.agreement:.3f}), and BIC hardly tells them apart: "
            f"{own:,.1f} for the mixture, {other:,.1f} for equal round clusters.",
        )
    better = Choice.MIXTURE if own < other else Choice.KMEANS
    why = (
        "the shapes, sizes and weights that K-means cannot have are in the data"
        if better is Choice.MIXTURE
        else "equal round clusters describe the rows with fewer parameters"
    )
    return Verdict(
        better,
        f"Their labels differ (ARI {comparison.agreement:.3f}), and the lower BIC decides: "
        f"{own:,.1f} for the mixture, {other:,.1f} for equal round clusters, so {why}.",
    )


def _otherwise(comparison: KMeansComparison) -> Verdict | None:
    return Verdict(
        Choice.KMEANS,
        "The mixture's BIC means nothing here (see the checks on the Clusters page), so its shapes cannot be "
        "trusted: use K-means, or fewer components.",
    )


RULES: tuple[Callable[[KMeansComparison], Verdict | None], ...] = (
    _one_component,
    _by_labels,
    _same_and_sure,
    _same_but_unsure,
    _by_narrow_components,
    _by_bic,
    _otherwise,
)
"""The rules in order; each returns None if it does not apply, and the last always applies."""
