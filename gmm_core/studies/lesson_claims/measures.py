"""The table of measures: each computes a number from a setting of a lesson."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from gmm_core.arrays import IntArray
from gmm_core.errors import ParameterError
from gmm_core.fitting.fit import Fit, fit
from gmm_core.fitting.progress import run_to_end
from gmm_core.geometry.agreement import adjusted_rand_index
from gmm_core.model.standardization import Standardization
from gmm_core.starts.kinds import STARTS, GivenMeans
from gmm_core.studies.checks.catalogue import CHECKS
from gmm_core.studies.checks.check import Outcome
from gmm_core.studies.checks.evidence import Evidence
from gmm_core.studies.kmeans_comparison.kmeans import KMeansPartition
from gmm_core.studies.lesson_claims.setting import Setting
from gmm_core.studies.optima import Optimum
from gmm_core.studies.start_survey import surveying
from gmm_core.studies.sure_rows import share_sure
from gmm_core.tables.preparation import PreparedData

MAX_COMPONENTS = 9
"""The largest K that is compared by a criterion."""


@dataclass(frozen=True)
class Measure:
    """A measure: its name in claims, a summary in a few words, and the function that computes it."""

    name: str
    summary: str
    of: Callable[[Setting], float]


@lru_cache(maxsize=16)
def _fitted(setting: Setting) -> tuple[PreparedData, Fit]:
    prepared = setting.prepared()
    return prepared, fit(prepared.X, setting.model, columns=prepared.columns)


def _true_groups(prepared: PreparedData) -> IntArray:
    if prepared.labels is None:
        raise ParameterError("The true groups of this data are not known, so nothing can agree with them.")
    return np.unique(prepared.labels, return_inverse=True)[1].astype(np.int64)


def _k_means_agreement(setting: Setting) -> float:
    prepared, model = setting.prepared(), setting.model
    k_means = KMeansPartition.of(prepared.X, model.n_components, model.n_init, model.seed)
    return adjusted_rand_index(_true_groups(prepared), k_means.labels)


def _mixture_agreement(setting: Setting) -> float:
    prepared, fitted = _fitted(setting)
    return adjusted_rand_index(_true_groups(prepared), fitted.mixture.labels(prepared.X))


def _sure(setting: Setting) -> float:
    prepared, fitted = _fitted(setting)
    return share_sure(fitted.mixture.responsibilities(prepared.X))


def _log_likelihood(setting: Setting) -> float:
    prepared, fitted = _fitted(setting)
    return fitted.log_likelihood - _log_volume(prepared)


def _log_volume(prepared: PreparedData) -> float:
    """What scaling adds to a log-likelihood, in nats: N Σ_d log scale_d, as log p(x) = log p(z) − Σ_d log scale_d."""
    return len(prepared.X) * float(np.log(prepared.scale).sum())


@lru_cache(maxsize=4)
def _surveyed(setting: Setting) -> tuple[PreparedData, list[Optimum]]:
    """The prepared data, and the non-degenerate optima of `n_init` starts of each plain kind, the best first."""
    prepared = setting.prepared()
    survey = run_to_end(surveying(prepared.X, setting.model, tuple(STARTS), setting.model.n_init))
    return prepared, [optimum for optimum in survey.optima if not optimum.degenerate]


def _optima(setting: Setting) -> float:
    return float(len(_surveyed(setting)[1]))


def _optimum(setting: Setting, position: int) -> float:
    prepared, optima = _surveyed(setting)
    return optima[position].log_likelihood - _log_volume(prepared)


def _rise(setting: Setting) -> float:
    floor = setting.model.regularization
    if not isinstance(floor, float) or not floor:
        raise ParameterError("Only a variance floor above 0 can be a factor of ten higher.")
    higher = replace(setting, model=replace(setting.model, regularization=100 * floor))
    return (_log_likelihood(setting) - _log_likelihood(higher)) / 2


def _bic(setting: Setting) -> float:
    bic = _fitted(setting)[1].criteria.bic
    return np.nan if bic is None else bic


def _best_number(setting: Setting, criterion: str) -> float:
    """The K from 1 to `MAX_COMPONENTS` of lowest criterion; values that mean nothing are ignored."""
    values = {}
    for k in range(1, MAX_COMPONENTS + 1):
        fitted = _fitted(replace(setting, model=replace(setting.model, n_components=k)))[1]
        value = getattr(fitted.criteria, criterion)
        values[k] = np.inf if value is None else value
    return float(min(values, key=values.__getitem__))


def _held(setting: Setting) -> float:
    return float(sum(_fitted(setting)[1].best.at_floor))


def _smallest_deviation(setting: Setting) -> float:
    """The square root of the smallest eigenvalue of all covariances, in standard deviations of the data."""
    prepared, fitted = _fitted(setting)
    scaled = fitted.mixture.affine(np.diag(1.0 / prepared.X.std(axis=0)))
    return float(np.sqrt(np.linalg.eigvalsh(scaled.covariances).min()))


def _largest_density(setting: Setting) -> float:
    """The largest density at a row or a mean, in the data's own units."""
    prepared, fitted = _fitted(setting)
    own = Standardization(prepared.center, prepared.scale).restored(fitted.mixture)
    return float(np.exp(own.log_density(np.concatenate([prepared.original, own.means])).max()))


def _rows_per_parameter(setting: Setting) -> float:
    prepared, fitted = _fitted(setting)
    return len(prepared.X) / fitted.criteria.parameter_count


def _same_number(setting: Setting) -> float:
    """The share of rows whose component has the same number when the starting means are given in reverse order."""
    prepared, fitted = _fitted(setting)
    means = fitted.mixture.means
    one = replace(setting.model, n_init=1)
    labels = [
        fit(prepared.X, one, starts=[GivenMeans(start)], keep_order=True).mixture.labels(prepared.X)
        for start in (means, means[::-1])
    ]
    return float(np.mean(labels[0] == labels[1]))


def _looks(setting: Setting) -> float:
    prepared, fitted = _fitted(setting)
    evidence = Evidence(fitted, prepared, setting.scaling)
    return float(sum(check.measure(evidence).outcome is Outcome.LOOK for check in CHECKS.values()))


MEASURES: dict[str, Measure] = {
    measure.name: measure
    for measure in (
        Measure("agreement of K-means", "ARI of K-means with the true groups", _k_means_agreement),
        Measure("agreement of the mixture", "ARI of the mixture with the true groups", _mixture_agreement),
        Measure("sure rows", "the share of rows with a responsibility above 95 %", _sure),
        Measure("log-likelihood", "log L of the best restart, in the data's own units", _log_likelihood),
        Measure("optima", "how many different optima n_init starts of each plain kind end in", _optima),
        Measure(
            "highest optimum",
            "log L of the highest of them, in the data's own units",
            lambda setting: _optimum(setting, 0),
        ),
        Measure(
            "lowest optimum",
            "log L of the lowest of them, in the data's own units",
            lambda setting: _optimum(setting, -1),
        ),
        Measure("rise per factor of ten", "what log L gains when the variance floor falls tenfold", _rise),
        Measure("BIC", "BIC of the fit", _bic),
        Measure(
            "K by BIC", "the K from 1 to 9 with the lowest BIC", lambda setting: _best_number(setting, "bic")
        ),
        Measure(
            "K by ICL", "the K from 1 to 9 with the lowest ICL", lambda setting: _best_number(setting, "icl")
        ),
        Measure("components at the floor", "how many components are held at the variance floor", _held),
        Measure(
            "smallest deviation",
            "the narrowest component's standard deviation, as a share of the data's",
            _smallest_deviation,
        ),
        Measure(
            "largest density",
            "the largest density at a row or a mean, in the data's own units",
            _largest_density,
        ),
        Measure("rows per parameter", "rows for each free parameter", _rows_per_parameter),
        Measure(
            "rows of the same number",
            "the share of rows whose component keeps its number when the starting means swap places",
            _same_number,
        ),
        Measure("checks that need a look", "how many checks of the fit need a look", _looks),
    )
}
"""The measures by name."""
