"""Components of outliers: few rows, spread far wider than the others, whatever the units; never a group of its own."""

from __future__ import annotations

import numpy as np
import pytest

from gmm_core.fitting.fit import fit
from gmm_core.fitting.specification import FitSpecification
from gmm_core.model.mixture import Mixture
from gmm_core.studies.checks.wide_components import FEW, WIDE, WideComponent, spreads, wide_components
from gmm_core.tables.dataset import Dataset
from gmm_core.tables.generators import GENERATORS, generate
from gmm_core.tables.preparation import Preparation, prepare
from gmm_core.tables.samples import SAMPLES, load_sample

WITHOUT_OUTLIERS = [key for key in GENERATORS if key != "outliers"]


def mixture_of(weights: list[float], deviations: list[float], n_features: int = 2) -> Mixture:
    squared = np.square(deviations)[:, None, None]
    return Mixture(weights, np.zeros((len(weights), n_features)), squared * np.eye(n_features))


def wide_components_of(
    dataset: Dataset, covariance_type: str, n_components: int
) -> tuple[WideComponent, ...]:
    prepared = prepare(dataset, Preparation(dataset.default_columns(), "standard"))
    found = fit(prepared.X, FitSpecification(n_components, covariance_type, n_init=4))
    return wide_components(found.mixture, found.best.at_floor)


def true_number(dataset: Dataset) -> int:
    return 2 if dataset.label_column is None else dataset.table[dataset.label_column].nunique()


@pytest.mark.parametrize("n_features", [1, 2, 7])
def test_the_spread_is_the_geometric_mean_of_the_deviations_along_the_axes(n_features: int) -> None:
    factors = np.random.default_rng(n_features).normal(size=(3, n_features, n_features))
    covariances = factors @ factors.transpose(0, 2, 1) + 0.1 * np.eye(n_features)
    mixture = Mixture(np.full(3, 1 / 3), np.zeros((3, n_features)), covariances)
    axes = np.sqrt(np.linalg.eigvalsh(covariances))
    np.testing.assert_allclose(spreads(mixture), np.exp(np.log(axes).mean(axis=1)), rtol=1e-10)


@pytest.mark.parametrize(
    ("weights", "deviations", "positions"),
    [
        ([1.0], [9.0], []),
        ([0.95, 0.05], [1.0, 2 * WIDE], [1]),
        ([0.95, 0.05], [1.0, 0.99 * WIDE], []),
        ([0.99 - FEW, FEW + 0.01], [1.0, 2 * WIDE], []),
        ([0.5, 0.4, 0.1], [1.0, 2.0, 1.5 * WIDE + 0.1], [2]),
        ([0.06, 0.44, 0.44, 0.06], [40.0, 1.0, 1.0, 50.0], [0, 3]),
    ],
)
def test_it_is_one_of_few_rows_that_is_far_wider_than_the_median_of_the_others(
    weights: list[float], deviations: list[float], positions: list[int]
) -> None:
    found = wide_components(mixture_of(weights, deviations), [False] * len(weights))
    assert [each.position for each in found] == positions
    assert [each.weight for each in found] == [weights[position] for position in positions]


def test_the_columns_units_do_not_matter() -> None:
    mixture = mixture_of([0.5, 0.4, 0.1], [1.0, 1.5, 9.0])
    (before,) = wide_components(mixture, [False] * 3)
    (after,) = wide_components(mixture.affine([[1e-6, 0.0], [300.0, 1e4]]), [False] * 3)
    assert after.factor == pytest.approx(before.factor) == pytest.approx(9.0 / 1.25)


def test_what_is_held_at_the_floor_is_left_out_on_both_sides() -> None:
    mixture = mixture_of([0.5, 0.4, 0.1], [1e-6, 1e-6, 1.0])
    assert wide_components(mixture, [False, False, False])
    assert not wide_components(mixture, [True, True, False])
    assert not wide_components(mixture, [False, False, True])


@pytest.mark.parametrize("covariance_type", ["full", "diag"])
@pytest.mark.parametrize("key", [*SAMPLES, *WITHOUT_OUTLIERS])
def test_no_group_of_the_samples_and_generators_is_taken_for_outliers(key: str, covariance_type: str) -> None:
    dataset = load_sample(key) if key in SAMPLES else generate(key)
    assert wide_components_of(dataset, covariance_type, true_number(dataset)) == ()


@pytest.mark.parametrize("centers", [3, 5, 6])
@pytest.mark.parametrize("size_ratio", [1.0, 20.0])
def test_a_wide_group_beside_tight_ones_is_a_group(size_ratio: float, centers: int) -> None:
    """Of eight such groups the best optimum is none of them, and higher than that from the true labels."""
    dataset = generate("unequal", size_ratio=size_ratio, spread_ratio=20.0, centers=centers, n_samples=800)
    assert wide_components_of(dataset, "full", centers) == ()


@pytest.mark.parametrize("share", [0.02, 0.05, 0.1])
def test_strays_that_take_a_component_are_found(share: float) -> None:
    (found,) = wide_components_of(generate("outliers", outlier_share=share), "diag", 4)
    assert found.weight == pytest.approx(share, abs=0.02)
