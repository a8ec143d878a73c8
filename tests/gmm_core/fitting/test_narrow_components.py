"""Components whose spread says little are named for what they are, with how many rows they hold and what helps."""

from __future__ import annotations

import numpy as np
import pytest

from gmm_core.arrays import FloatArray
from gmm_core.fitting.fit import fit
from gmm_core.fitting.narrow_components import NarrowComponent, NarrowKind, narrow_components, sentences
from gmm_core.fitting.specification import FitSpecification
from gmm_core.model.cost_of_narrowness import is_nowhere_narrow, relative_variances
from gmm_core.model.mixture import Mixture
from gmm_core.rows.distinct_rows import CanonicalRows
from gmm_core.rows.rows import Rows

CLOUD = np.random.default_rng(0).normal(size=(60, 2))


def found(
    rows: FloatArray, *others: tuple[tuple[float, float], FloatArray], floored: bool = False
) -> tuple[NarrowComponent, ...]:
    """What is found where the first component is of the cloud, and the others have these means and covariances."""
    canonical = CanonicalRows.of(np.concatenate([CLOUD, rows]), None)
    share = len(rows) / (len(CLOUD) + len(rows)) / len(others)
    mixture = Mixture(
        [1 - share * len(others), *[share] * len(others)],
        [[0.0, 0.0], *[mean for mean, _ in others]],
        [np.eye(2), *[covariance for _, covariance in others]],
    )
    at_floor = [False, *[floored] * len(others)]
    return narrow_components(Rows(canonical.rows, canonical.weights), mixture, at_floor, canonical.unit)


def test_a_component_on_many_equal_rows_is_an_atom() -> None:
    narrow = found(np.full((9, 2), 0.5), ((0.5, 0.5), 1e-20 * np.eye(2)), floored=True)
    assert narrow == (NarrowComponent(NarrowKind.ATOM, 1, 9.0, 1, True),)
    (told,) = sentences(narrow)
    assert told == (
        "Component 2 is an atom, on equal rows (9 rows; held at the floor): treat those rows as a group of their own, "
        "or leave them out of the mixture."
    )


@pytest.mark.parametrize("n_rows", [1, 2, 3])
def test_a_component_on_one_to_a_few_far_rows_is_isolated(n_rows: int) -> None:
    rows = np.array([[90.0, 90.0], [91.0, 90.0], [90.0, 91.5]])[:n_rows]
    narrow = found(rows, ((90.0, 90.0), np.eye(2)))
    assert narrow == (NarrowComponent(NarrowKind.ISOLATED, 1, float(n_rows), n_rows, False),)
    assert f"({n_rows} {'row' if n_rows == 1 else 'rows'}): see whether" in sentences(narrow)[0]


def test_rows_far_from_the_clusters_are_isolated_however_near_to_one_another() -> None:
    spikes = [((90.0, 90.0), 0.01 * np.eye(2)), ((90.5, 90.0), 0.01 * np.eye(2))]
    assert [one.kind for one in found(np.array([[90.0, 90.0], [90.5, 90.0]]), *spikes)] == [
        NarrowKind.ISOLATED
    ] * 2


def test_near_as_many_components_as_rows_are_not_far_from_the_others_however_narrow_those_are() -> None:
    rows = np.random.default_rng(0).normal(size=(60, 2))
    fitted = fit(rows, FitSpecification(40))
    assert {one.kind for one in fitted.narrow} == {NarrowKind.SPURIOUS}


@pytest.mark.parametrize("n_rows", [3, 5])
def test_a_component_on_few_rows_nearly_in_line_is_spurious(n_rows: int) -> None:
    along = np.linspace(-0.5, 0.5, n_rows)
    rows = np.stack([along, 1e-4 * along**2], axis=1)
    (narrow,) = found(rows, ((0.0, 0.0), np.diag([0.1, 1e-9])))
    assert (narrow.kind, narrow.distinct) == (NarrowKind.SPURIOUS, n_rows)
    assert "use fewer components" in sentences([narrow])[0]


def test_a_component_on_many_rows_exactly_in_line_is_flat() -> None:
    along = np.linspace(-5, 5, 30)
    (narrow,) = found(np.stack([along, 0 * along], axis=1), ((0.0, 0.0), np.diag([9.0, 1e-20])), floored=True)
    assert (narrow.kind, narrow.distinct) == (NarrowKind.FLAT, 30)
    assert "(30 rows; held at the floor)" in sentences([narrow])[0]


def test_many_rows_nearly_in_line_or_close_together_are_a_cluster() -> None:
    rng = np.random.default_rng(1)
    assert found(rng.normal(size=(30, 2)) * [1.0, 1e-3], ((0.0, 0.0), np.diag([1.0, 1e-6]))) == ()
    assert found(rng.normal(size=(30, 2)) * 1e-3 + 2, ((2.0, 2.0), 1e-6 * np.eye(2))) == ()


def test_repetition_and_weights_are_counted_alike() -> None:
    rows = np.concatenate([CLOUD, [[90.0, 90.0]], [[0.5, 0.5]]])
    weights = np.array([*[2.0] * 60, 2.0, 14.0])
    mixture = Mixture(
        [0.88, 0.02, 0.1],
        [[0.0, 0.0], [90.0, 90.0], [0.5, 0.5]],
        [np.eye(2), np.eye(2), 1e-20 * np.eye(2)],
    )
    told = []
    for one in (
        CanonicalRows.of(rows, weights),
        CanonicalRows.of(np.repeat(rows, weights.astype(int), axis=0), None),
    ):
        rows_of_one = Rows(one.rows, one.weights)
        told.append(narrow_components(rows_of_one, mixture, [False, False, True], one.unit))
    assert told[0] == told[1]
    assert [(one.kind, one.weight) for one in told[0]] == [
        (NarrowKind.ISOLATED, 2.0),
        (NarrowKind.ATOM, 14.0),
    ]


def test_several_of_a_kind_share_a_sentence() -> None:
    several = [NarrowComponent(NarrowKind.ISOLATED, k, 1.0 + (k == 11), 1, False) for k in range(12)]
    (told,) = sentences(several)
    assert told.startswith("Components 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 2 more are isolated, ")
    assert "(11 of 1 and 1 of 2 rows)" in told
    assert sentences([]) == []


def test_of_a_single_component_nothing_is_said_that_is_said_of_the_data() -> None:
    one = Mixture(np.ones(1), np.zeros((1, 2)), np.array([[[1.0, 0.0], [0.0, 1e-20]]]))
    assert narrow_components(Rows(np.array([[0.0, 0.0], [1.0, 0.0]])), one, [True]) == ()


def test_the_quick_bound_never_misses_a_narrow_component() -> None:
    """Where it says so, no relative variance is below what is narrow, nor below rounding."""
    rng = np.random.default_rng(0)
    said = 0
    for _ in range(300):
        factors = rng.normal(size=(3, 4, 4)) * 10.0 ** rng.uniform(-1.3, 0, size=(3, 1, 4))
        mixture = Mixture(
            rng.dirichlet(np.ones(3)), rng.normal(size=(3, 4)), factors @ factors.transpose(0, 2, 1)
        )
        rounding = 10.0 ** rng.uniform(-6, -3, size=4)
        if is_nowhere_narrow(mixture, 1e-3, rounding):
            said += 1
            assert relative_variances(mixture, rounding)[0].min() >= 1e-3 * (1 - 1e-9)
            within = np.linalg.eigvalsh(mixture.covariances - np.diag(rounding))
            assert within.min() >= -1e-12
    assert 20 < said < 280
