"""Which of the two is recommended: each rule on data made for it."""

import numpy as np
import pytest

from gmm_core.fitting.narrow_components import NarrowKind, sentences
from gmm_core.fitting.progress import run_to_end
from gmm_core.fitting.specification import FitSpecification
from gmm_core.studies.kmeans_comparison.comparison import comparing
from gmm_core.studies.kmeans_comparison.verdict import Choice, verdict

RNG = np.random.default_rng(4)
NOISE = RNG.normal(size=(300, 2))
HALVES = np.repeat([0.0, 1.0], 150)[:, None]
BLOBS = NOISE + HALVES * [12.0, 0.0]
TOUCHING = NOISE + HALVES * [4.5, 0.0]
STRETCHED = NOISE * [6.0, 0.5] + HALVES * [0.0, 4.0]
LABELS = np.repeat(["a", "b"], 150)


@pytest.mark.parametrize(
    ("rows", "labels", "choice", "words"),
    [
        (BLOBS, None, Choice.KMEANS, "the simpler one is enough"),
        (BLOBS, LABELS, Choice.KMEANS, "the simpler one is enough"),
        (TOUCHING, None, Choice.EITHER, "less than 95 % sure"),
        (STRETCHED, None, Choice.MIXTURE, "the lower BIC decides"),
        (STRETCHED, LABELS, Choice.MIXTURE, "agrees better with the true labels"),
    ],
)
def test_the_first_rule_that_applies_decides(
    rows: np.ndarray, labels: np.ndarray | None, choice: Choice, words: str
) -> None:
    found = verdict(run_to_end(comparing(rows, FitSpecification(2, n_init=4), labels=labels)))
    assert found.choice is choice
    assert words in found.reason


def test_labels_that_k_means_finds_better_recommend_it() -> None:
    halves = np.where(STRETCHED[:, 0] > 0, "right", "left")
    found = verdict(run_to_end(comparing(STRETCHED, FitSpecification(2, n_init=4), labels=halves)))
    assert found.choice is Choice.KMEANS
    assert "agrees better with the true labels" in found.reason


def test_one_component_has_nothing_to_part() -> None:
    assert "nothing to divide" in verdict(run_to_end(comparing(NOISE, FitSpecification(1)))).reason


def test_shapes_of_equal_rows_recommend_neither() -> None:
    rows = np.concatenate([NOISE[:30], np.repeat([[0.3, 0.2]], 12, axis=0)])
    compared = run_to_end(comparing(rows, FitSpecification(6, n_init=4)))
    assert compared.fit.criteria.bic is None
    found = verdict(compared)
    assert found.choice is Choice.NEITHER
    for sentence in sentences(compared.fit.narrow):
        assert sentence in found.reason


def test_shapes_are_measured_on_components_whose_spread_says_something() -> None:
    rows = np.concatenate([np.zeros(40), np.random.default_rng(0).normal(5.0, 1.0, 60)])[:, None]
    one = run_to_end(comparing(rows, FitSpecification(2, n_init=2)))
    assert [narrow.kind for narrow in one.fit.narrow] == [NarrowKind.ATOM]
    assert (one.n_compared, one.size_ratio) == (1, 1.0)


def test_a_mixture_with_more_parameters_than_rows_is_not_believed() -> None:
    found = verdict(
        run_to_end(comparing(np.random.default_rng(2).normal(size=(14, 3)), FitSpecification(2, n_init=4)))
    )
    assert found.choice is Choice.KMEANS
    assert "means nothing here" in found.reason


def test_rows_that_bic_cannot_decide_leave_it_open() -> None:
    rows = np.random.default_rng(8).normal(size=(40, 2))
    compared = run_to_end(comparing(rows, FitSpecification(2, covariance_type="spherical", n_init=4)))
    own, other = compared.fit.criteria.bic, compared.bic_of_kmeans
    assert own is not None
    assert other is not None
    assert compared.agreement < 0.95
    assert abs(own - other) <= 10
    assert verdict(compared).choice is Choice.EITHER
