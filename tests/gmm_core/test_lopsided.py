"""Data with far rows, equal rows and tight clusters far apart: the right optimum, and no worse one of more restarts."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from gmm_core.arrays import FloatArray
from gmm_core.em.loop import EMPTIED
from gmm_core.fitting import subsample as sampling
from gmm_core.fitting.fit import fit
from gmm_core.fitting.specification import FitSpecification
from gmm_core.model.cost_of_narrowness import CostOfNarrowness
from gmm_core.model.covariance.catalogue import STRUCTURES
from gmm_core.model.mixture import Mixture
from gmm_core.starts.kinds import GivenLabels, random_starts
from tests.gmm_core.conftest import ShortenSearch

ENGINES = ("blocked", "compiled")
LABELS = np.repeat([0, 1, 2], 100)


def column(values: list[float]) -> FloatArray:
    return np.array(values, dtype=np.float64)[:, None]


def blobs(seed: int = 0) -> FloatArray:
    rng = np.random.default_rng(seed)
    return np.concatenate([rng.normal(size=(100, 2)) + centre for centre in ((0, 0), (8, 0), (0, 8))])


def with_far_row(far: float, seed: int = 0) -> FloatArray:
    return np.vstack([blobs(seed), [[far, far]]])


def tight(seed: int = 0) -> FloatArray:
    rng = np.random.default_rng(seed)
    return np.concatenate([rng.normal(100, 0.01, 200), rng.normal(1000, 0.01, 200)])[:, None]


def zeros_and_amounts(seed: int = 0) -> FloatArray:
    rng = np.random.default_rng(seed)
    return np.concatenate([np.zeros(30), rng.lognormal(2.0, 0.4, 70)])[:, None]


@pytest.mark.parametrize("engine", ENGINES)
def test_two_groups_far_apart_keep_their_own_deviations(engine: str) -> None:
    found = fit(column([0, 1, 2, 5000, 5001, 5002]), FitSpecification(2), engine=engine)
    np.testing.assert_allclose(np.sqrt(found.mixture.covariances.ravel()), np.sqrt(2 / 3), rtol=1e-6)
    assert found.warnings == ()


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("far", [1e3, 1e5, 1e7])
@pytest.mark.parametrize("n_init", [1, 4])
def test_one_far_row_leaves_the_clusters_apart(far: float, n_init: int, engine: str) -> None:
    X = with_far_row(far)
    found = fit(X, FitSpecification(4, n_init=n_init), engine=engine)
    assert adjusted_rand_score(LABELS, found.mixture.labels(X)[:300]) == 1.0
    assert any("is isolated" in warning and "(1 row;" in warning for warning in found.warnings)
    assert found.criteria.bic is None


@pytest.mark.parametrize("seed", [0, 2])
def test_three_far_rows_in_three_places_are_three_components(seed: int) -> None:
    X = np.vstack([blobs(seed), [[1e4, -1e4], [-3e4, 2e4], [0, 9e4]]])
    found = fit(X, FitSpecification(6, n_init=4))
    assert adjusted_rand_score(LABELS, found.mixture.labels(X)[:300]) == 1.0
    assert any("are isolated" in warning and "3 of 1 rows" in warning for warning in found.warnings)


@pytest.mark.parametrize(("n_init", "seed"), [(1, 0), (2, 1), (4, 2), (8, 3)])
@pytest.mark.parametrize("engine", ENGINES)
def test_a_sentinel_in_one_column_leaves_the_clusters_apart(n_init: int, seed: int, engine: str) -> None:
    X = blobs(seed)
    X[[5, 120, 250], 1] = 99999
    found = fit(X, FitSpecification(4, n_init=n_init), engine=engine)
    others = X[:, 1] < 99999
    assert adjusted_rand_score(LABELS[others], found.mixture.labels(X)[others]) == 1.0


@pytest.mark.parametrize(("n_init", "scale"), [(1, 1.0), (2, 1e-3), (4, 1.0), (8, 1e6)])
def test_an_atom_of_zeros_is_found_and_named(n_init: int, scale: float) -> None:
    found = fit(scale * column([0, 0, 0, 0, 0, 4, 5, 6, 11, 12, 13]), FitSpecification(3, n_init=n_init))
    np.testing.assert_allclose(found.mixture.means.ravel(), scale * np.array([0, 5, 12]), atol=1e-6 * scale)
    np.testing.assert_allclose(found.mixture.weights, [5 / 11, 3 / 11, 3 / 11], rtol=1e-6)
    assert any("Component 1 is an atom" in warning and "5 rows" in warning for warning in found.warnings)
    assert found.criteria.bic is None


@pytest.mark.parametrize("n_init", [1, 2, 4, 8])
def test_bic_finds_two_tight_clusters_far_apart(n_init: int) -> None:
    two, one = (fit(tight(), FitSpecification(k, n_init=n_init)) for k in (2, 1))
    assert two.criteria.bic == pytest.approx(-1970.4, abs=0.05)
    assert one.criteria.bic == pytest.approx(6034.5, abs=0.05)


def few(X: FloatArray) -> FloatArray:
    """Every fifth row and the last one."""
    return np.vstack([X[::5], X[-1:]])


LOPSIDED = {
    "far row": (few(with_far_row(1e3)), 4),
    "very far row": (few(with_far_row(1e5)), 4),
    "too many components": (few(with_far_row(1e3)), 7),
    "tight": (few(tight()), 3),
    "zeros": (zeros_and_amounts(), 3),
    "lattice": (np.round(np.random.default_rng(3).normal(size=(60, 2)) * 1.5), 5),
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("on_sample", [False, True])
@pytest.mark.parametrize("name", LOPSIDED)
def test_more_restarts_never_end_lower(
    name: str,
    on_sample: bool,
    engine: str,
    monkeypatch: pytest.MonkeyPatch,
    short_search_by_numpy: ShortenSearch,
) -> None:
    short_search_by_numpy(engine)
    X, k = LOPSIDED[name]
    if on_sample:
        monkeypatch.setattr(sampling, "FEWEST_SAMPLED", 40)
        monkeypatch.setattr(sampling, "ROWS_PER_PARAMETER", 1)
        monkeypatch.setattr(sampling, "MIN_ROWS_PER_SAMPLED", 1)
    all_of_them = fit(X, FitSpecification(k, n_init=8, max_iterations=60), engine=engine)
    for n_init in (1, 2, 5):
        found = fit(X, FitSpecification(k, n_init=n_init, max_iterations=60), engine=engine)
        assert found.best.score == max(run.score for run in found.runs if not run.on_sample)
        assert found.best.score <= all_of_them.best.score
        assert [run.score for run in found.runs] == [run.score for run in all_of_them.runs[:n_init]]


def test_narrowness_alone_does_not_win() -> None:
    X = np.random.default_rng(5).normal(size=(80, 2))
    X[1] = X[0] + 1e-7
    pair = GivenLabels(np.array([0, 0, *[1] * 40, *[2] * 38]))
    found = fit(X, FitSpecification(3), starts=[pair, *random_starts("mixed", 8, 0)])
    assert found.runs[0].narrow
    assert found.higher_but_narrow[0] == 0
    assert found.log_likelihood - found.best.score < 15
    assert not any(found.best.at_floor)


COVARIANCES = np.stack([np.eye(2), np.diag([1e-9, 1.0]), np.diag([1e-8, 1e-7])])
NEEDLES = Mixture([0.5, 0.3, 0.2], [[0.0, 0.0], [4.0, 1.0], [9.0, 9.0]], COVARIANCES)
HUNDRED = CostOfNarrowness(100.0, 1.0, np.ones(2), np.zeros(2))


def test_what_narrowness_costs_knows_no_units_and_no_places() -> None:
    turned = np.array([[3.0, 1e3], [-2.0, 5e2]])
    assert HUNDRED.of(NEEDLES) > 50
    assert HUNDRED.of(NEEDLES.affine(turned)) == pytest.approx(HUNDRED.of(NEEDLES), rel=1e-3)
    apart = Mixture(NEEDLES.weights, 1e6 * NEEDLES.means, COVARIANCES)
    assert HUNDRED.of(apart) == HUNDRED.of(NEEDLES)
    alike = Mixture(NEEDLES.weights, NEEDLES.means, np.stack([1e-30 * np.eye(2)] * 3))
    assert HUNDRED.of(alike) == pytest.approx(0.0, abs=1e-9)


def test_a_component_of_many_rows_pays_for_a_few_and_one_of_a_few_for_all() -> None:
    def of_one_narrow(n_rows: float, variance: float = 1e-9) -> float:
        share = n_rows / 1000
        mixture = Mixture([1 - share, share], [[0.0], [5.0]], [[[1.0]], [[variance]]])
        return CostOfNarrowness(1000.0, 1.0, np.ones(1), np.zeros(1)).of(mixture)

    gain = 0.5 * np.log(1e9)
    assert of_one_narrow(1) == pytest.approx(gain, rel=1e-3)
    assert of_one_narrow(3) == pytest.approx(3 * gain, rel=1e-3)
    assert of_one_narrow(6) == pytest.approx(3 * (gain - 0.5 * np.log(1e3)), rel=1e-3)
    assert of_one_narrow(100) == pytest.approx(of_one_narrow(6), rel=0.02)
    assert of_one_narrow(100, 2e-3) == 0.0
    assert of_one_narrow(3, 2e-3) > 9


def test_a_component_that_is_there_twice_is_one() -> None:
    twice = Mixture([0.5, 0.3, 0.1, 0.1], NEEDLES.means[[0, 1, 2, 2]], COVARIANCES[[0, 1, 2, 2]])
    assert HUNDRED.of(twice) == pytest.approx(HUNDRED.of(NEEDLES))


def test_the_cost_is_that_of_usual_values_whatever_the_unit_of_the_weights() -> None:
    rows, weights = np.linspace(0, 1, 41)[:, None] ** 2, np.array([30.0, *[1.0] * 40])
    once, tenfold = CostOfNarrowness.of_rows(rows, weights), CostOfNarrowness.of_rows(rows, 10 * weights)
    assert (once.total, once.usual[0], once.least_weight[0]) == (70.0, 1.0, 3.0)
    assert (tenfold.total, tenfold.usual[0]) == (700.0, 10.0)
    narrow = Mixture([0.9, 0.1], [[0.0], [5.0]], [[[1.0]], [[1e-9]]])
    assert tenfold.of(narrow) == pytest.approx(10 * once.of(narrow))
    assert once.rescaled(700.0).of(narrow) == tenfold.of(narrow)


def test_a_value_of_a_column_with_few_of_them_is_usual_and_narrowness_at_it_gains_nothing() -> None:
    rng = np.random.default_rng(0)
    rows = np.stack([rng.normal(size=300), rng.integers(0, 3, 300)], axis=1)
    cost = CostOfNarrowness.of_rows(rows, None)
    assert cost.usual[0] == 1.0
    assert 90 < cost.usual[1] < 120
    assert cost.rounding[1] == 1 / 12
    by_value = fit(rows, FitSpecification(3), starts=[GivenLabels(rows[:, 1].astype(np.int64))])
    assert by_value.log_likelihood > 5_000
    assert by_value.best.score < fit(rows, FitSpecification(1)).log_likelihood + 300


def test_a_spike_in_one_column_of_others_is_found_as_a_flat_component() -> None:
    rng = np.random.default_rng(1)
    rows = np.stack(
        [rng.normal(size=200), np.where(np.arange(200) < 60, 0.0, rng.lognormal(2, 0.4, 200))], axis=1
    )
    found = fit(rows, FitSpecification(2, n_init=4))
    np.testing.assert_allclose(np.sort(found.mixture.weights), [0.3, 0.7], atol=1e-3)
    assert any("is flat" in warning and "60 rows" in warning for warning in found.warnings)


@pytest.mark.parametrize("far", [1e5, 1e7, 1e9, 1e12])
@pytest.mark.parametrize("offset", [0.0, 1e6])
def test_far_rows_in_line_do_not_make_columns_determine_one_another(far: float, offset: float) -> None:
    rows = np.concatenate([np.random.default_rng(4).normal(size=(300, 3)), [[far, far, -far]]]) + offset
    specification = FitSpecification(n_components=2, n_init=1)
    assert not [warning for warning in fit(rows, specification).warnings if "determine" in warning]
    rows[:, 2] = rows[:, 0] - 2 * rows[:, 1]
    assert [
        warning for warning in fit(rows, specification).warnings if "determine one another exactly" in warning
    ]


def test_columns_of_many_zeros_that_determine_one_another_are_told() -> None:
    rows = np.random.default_rng(4).normal(size=(300, 2)) * (np.arange(300) % 3 == 0)[:, None]
    rows[:, 1] = 3 * rows[:, 0]
    assert [
        warning for warning in fit(rows, FitSpecification(2)).warnings if "determine one another" in warning
    ]


@pytest.mark.parametrize("structure", STRUCTURES)
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("n_rows", [5, 10, 60])
def test_as_many_components_as_rows_are_the_rows(n_rows: int, engine: str, structure: str) -> None:
    rows = np.random.default_rng(n_rows).normal(size=(n_rows, 2)) * [1.0, 1e-3] + [0.0, 1e4]
    found = fit(rows, FitSpecification(n_rows, structure, n_init=2), engine=engine)
    np.testing.assert_allclose(found.mixture.weights, 1 / n_rows)
    assert sorted(found.mixture.labels(rows)) == list(range(n_rows))
    assert any("spurious" in warning or "isolated" in warning for warning in found.warnings)
    assert found.criteria.refusal


@pytest.mark.parametrize("structure", STRUCTURES)
@pytest.mark.parametrize(("n_rows", "n_components"), [(10, 9), (60, 40), (60, 59), (120, 119)])
def test_near_as_many_components_as_rows_each_holds_a_tenth_of_a_row(
    n_rows: int, n_components: int, structure: str
) -> None:
    rows = np.random.default_rng(n_rows).normal(size=(n_rows, 2))
    for weight in (1.0, 0.02):
        weights = np.where(np.arange(n_rows) % 2, 1.0, weight)
        if weight < 1 and n_rows > 60:
            continue
        found = fit(rows, FitSpecification(n_components, structure), engine="compiled", sample_weight=weights)
        assert found.mixture.n_components == n_components
        held = found.mixture.weights * weights.sum()
        assert held.min() > 0.09 * weight
        assert len(set(found.mixture.labels(rows))) > (0.8 if weight == 1 else 0.6) * n_components


@pytest.mark.parametrize("engine", ENGINES)
def test_a_component_on_the_lightest_row_has_not_lost_its_points(engine: str) -> None:
    rows = np.concatenate([np.random.default_rng(0).normal(size=60), [1e4]])[:, None]
    weights = np.array([*[1.0] * 60, 1e-3])
    found = fit(rows, FitSpecification(2), engine=engine, sample_weight=weights)
    assert found.best.reseeded == ()
    np.testing.assert_allclose(found.mixture.weights * weights.sum(), [60, 1e-3], rtol=1e-9)


@pytest.mark.parametrize("seed", range(5))
def test_what_leaving_out_an_emptied_component_costs_is_bounded(seed: int) -> None:
    rng = np.random.default_rng(seed)
    weights = rng.uniform(1.0, 9.0, 50)
    shares = rng.dirichlet(np.full(50, 0.05)) * EMPTIED * weights.min() / weights
    held, total = float(weights @ shares), float(weights.sum())
    lost = -float(weights @ np.log1p(-shares)) + total * np.log1p(-held / total)
    assert held <= EMPTIED * weights.min() * (1 + 1e-12)
    assert lost <= EMPTIED**2 / 2 / (1 - EMPTIED) * weights.min()


@pytest.mark.parametrize("seed", range(20))
def test_what_is_quickly_found_to_cost_nothing_costs_nothing(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(seed)
    rows = np.round(rng.normal(size=(200, 2)), 2)
    cost = CostOfNarrowness.of_rows(rows, None)
    factors = rng.normal(size=(4, 2, 2)) * 10.0 ** rng.uniform(-2, 0, (4, 1, 1))
    covariances = factors @ factors.transpose(0, 2, 1) + 1e-9 * np.eye(2)
    mixture = Mixture(rng.dirichlet(np.full(4, 3.0)), rng.normal(size=(4, 2)), covariances)
    quick = cost._is_certainly_nothing(mixture)
    monkeypatch.setattr(CostOfNarrowness, "_is_certainly_nothing", lambda self, mixture: False)
    assert cost.of(mixture) == 0.0 or not quick
    alike = Mixture(np.full(4, 0.25), mixture.means, np.stack([np.eye(2)] * 4))
    monkeypatch.undo()
    assert cost._is_certainly_nothing(alike)


def test_restarts_at_the_floor_do_not_go_back_and_forth() -> None:
    rows = [[10 * (n % 3) + (7 * n + 3 * j) % 11 / 10 + j for j in range(4)] for n in range(60)]
    found = fit(rows, FitSpecification(3, n_init=10, init="random responsibilities", max_iterations=5000))
    assert all(run.converged for run in found.runs)
