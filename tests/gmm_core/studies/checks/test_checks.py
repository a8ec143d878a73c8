"""Every check fires on data made for it, says what it measured, and stays quiet on clean groups."""

from collections.abc import Callable
from functools import cache

import numpy as np
import pandas as pd
import pytest

from gmm_core.fitting.fit import fit
from gmm_core.fitting.specification import FitSpecification
from gmm_core.studies.checks.catalogue import CHECKS, findings_of
from gmm_core.studies.checks.check import Outcome
from gmm_core.studies.checks.evidence import MAX_ROWS, Evidence
from gmm_core.studies.checks.normality import component_tests
from gmm_core.tables.dataset import Dataset
from gmm_core.tables.generators import generate
from gmm_core.tables.preparation import Preparation, prepare
from gmm_core.tables.samples import load_sample


def evidence(dataset: Dataset, scaling: str = "standard", **asked: object) -> Evidence:
    prepared = prepare(dataset, Preparation(dataset.numeric_columns, scaling))
    return Evidence(fit(prepared.X, FitSpecification(**{"n_init": 4, **asked})), prepared, scaling)


def table(**columns: np.ndarray) -> Dataset:
    return Dataset.of("made", pd.DataFrame(columns), "made")


@cache
def clean() -> Evidence:
    """Three round groups that touch."""
    return evidence(generate("blobs", cluster_std=2.5, n_samples=600))


def many_parameters() -> Evidence:
    return evidence(generate("blobs"), n_components=20, n_init=1)


def three_strays() -> Evidence:
    rng = np.random.default_rng(0)
    groups = np.concatenate([rng.normal(size=(300, 2)), rng.normal(60, 1, size=(3, 2))])
    return evidence(table(a=groups[:, 0], b=groups[:, 1]), n_components=2)


def groups_among_strays() -> Evidence:
    return evidence(generate("outliers"), n_components=4)


def repeated_rows() -> Evidence:
    rng = np.random.default_rng(0)
    values = np.concatenate([rng.normal(size=200), np.full(40, 9.0)])
    return evidence(table(a=values), n_components=2)


def no_groups() -> Evidence:
    return evidence(generate("uniform", n_samples=200), n_components=6, init="random points")


def two_moons() -> Evidence:
    return evidence(generate("moons", n_samples=1000), n_components=2)


def far_apart() -> Evidence:
    return evidence(generate("blobs", cluster_std=0.5))


def one_column_in_grams() -> Evidence:
    return evidence(load_sample("penguins"), "none", covariance_type="spherical")


def forty_features() -> Evidence:
    return evidence(generate("blobs", n_features=40), n_init=1)


FIRES: dict[str, Callable[[], Evidence]] = {
    "parameters": many_parameters,
    "small component": three_strays,
    "outliers": groups_among_strays,
    "narrow": repeated_rows,
    "restarts": no_groups,
    "normality": two_moons,
    "separation": far_apart,
    "scales": one_column_in_grams,
    "dimension": forty_features,
}


@pytest.mark.parametrize("key", CHECKS)
def test_it_fires_on_data_made_for_it(key: str) -> None:
    finding = CHECKS[key].measure(FIRES[key]())
    assert finding.outcome is Outcome.LOOK, finding.measured


@pytest.mark.parametrize("key", CHECKS)
def test_it_is_quiet_on_clean_groups(key: str) -> None:
    assert CHECKS[key].measure(clean()).outcome is Outcome.FINE


@pytest.mark.parametrize("key", CHECKS)
def test_it_says_what_the_limit_is_and_what_to_do(key: str) -> None:
    check = CHECKS[key]
    for sentence in (check.limit, check.advice, check.measure(clean()).measured):
        assert sentence[0].isupper() or sentence[0].isdigit()
        assert sentence.endswith(".")


def test_the_numbers_are_those_of_the_fit() -> None:
    found = findings_of(clean())
    assert found["parameters"].measured == "17 free parameters for 600 rows: 35.3 rows for each."
    smallest = 600 * clean().fit.mixture.weights.min()
    assert f"holds {smallest:.3g} of 600 rows" in found["small component"].measured
    sure = clean().fit.mixture.responsibilities(clean().rows).max(axis=1) > 0.95
    assert found["separation"].measured == f"{100 * sure.mean():.3g} % of the rows are surer than 95 %."
    assert found["outliers"].measured == "No component of few rows has 5 times the spread of the others."
    strays = groups_among_strays()
    weights = strays.fit.mixture.weights
    position = int(weights.argmin())
    p_in_words = CHECKS["outliers"].measure(strays).measured
    assert p_in_words.startswith(f"Component {position + 1}, of {round(300 * weights[position])} rows (")
    assert p_in_words.endswith(" times as widely as the others.")
    assert found["restarts"].measured == "4 of 4 restarts ended at the best log-likelihood."
    grams = CHECKS["scales"].measure(one_column_in_grams()).measured
    spread = load_sample("penguins").table.select_dtypes("number").dropna().std()
    assert f"“body_mass_g” varies {spread['body_mass_g'] / spread['year']:.3g} times" in grams


def test_long_groups_far_apart_are_not_for_k_means() -> None:
    finding = CHECKS["separation"].measure(evidence(generate("anisotropic")))
    assert finding.outcome is Outcome.FINE
    share = float(finding.measured.split("K-means puts ")[1].split(" %")[0])
    assert share < 80


def test_units_do_not_matter_where_each_column_has_its_own() -> None:
    finding = CHECKS["scales"].measure(evidence(load_sample("penguins"), "none", n_init=1))
    assert finding.outcome is Outcome.FINE
    assert "does not depend on units" in finding.measured


@pytest.mark.parametrize("n_components", [2, 3])
def test_overlapping_gaussians_are_still_gaussian(n_components: int) -> None:
    for seed in range(5):
        groups = generate("overlapping", n_samples=1000, centers=n_components, random_state=seed)
        finding = CHECKS["normality"].measure(evidence(groups, n_components=n_components))
        assert finding.outcome is Outcome.FINE, finding.measured


@pytest.mark.parametrize(
    ("strange", "kind"),
    [
        (lambda rng: rng.exponential(size=400), "skewness"),
        (lambda rng: rng.standard_t(3, size=400), "kurtosis"),
    ],
)
def test_the_column_that_is_least_gaussian_is_named(
    strange: Callable[[np.random.Generator], np.ndarray], kind: str
) -> None:
    rng = np.random.default_rng(1)
    rows = table(age=rng.normal(size=400), income=strange(rng), weight=rng.normal(size=400))
    finding = CHECKS["normality"].measure(evidence(rows, n_components=1))
    assert finding.outcome is Outcome.LOOK
    assert f"Mardia's {kind}" in finding.measured
    assert "most of all along “income”" in finding.measured


def test_what_one_component_or_one_restart_or_few_rows_cannot_tell_is_said() -> None:
    unchanged = evidence(generate("blobs", n_samples=20, n_features=1), n_components=1, n_init=1)
    unknown = {key for key, found in findings_of(unchanged).items() if found.outcome is Outcome.UNKNOWN}
    assert unknown == {"outliers", "restarts", "normality", "separation", "scales"}


def test_many_rows_are_looked_at_in_a_sample_that_stays_the_same() -> None:
    many = evidence(generate("blobs", n_samples=100_000, cluster_std=4.0))
    again = Evidence(many.fit, many.prepared, "standard")
    assert len(many.rows) == len(many.responsibilities) == MAX_ROWS
    assert np.array_equal(many.positions, again.positions)
    assert len(np.unique(many.positions)) == MAX_ROWS
    assert sum(test.rows for test in component_tests(many).values()) == pytest.approx(MAX_ROWS)
    assert "in a sample of 2,000 rows" in CHECKS["normality"].measure(many).measured
    assert CHECKS["restarts"].measure(many).outcome is Outcome.FINE
