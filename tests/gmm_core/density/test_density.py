"""Highest-density regions, thresholds and predictions against χ², numerical integration and scikit-learn."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import brentq
from scipy.spatial.distance import mahalanobis
from scipy.stats import binom, chi2, multivariate_normal, norm
from sklearn.mixture import GaussianMixture

from gmm_core.density.anomalies import RULES, TOO_MANY, Anomalies, FarRows, farthest_by_chance
from gmm_core.density.completion import completed
from gmm_core.density.log_density_law import FEWEST_DRAWS, MAX_DRAWS, LogDensityLaw
from gmm_core.density.predictions import Predictions, nearest_components
from gmm_core.density.regions import HighestDensityRegions, smallest_region
from gmm_core.errors import ParameterError
from gmm_core.geometry.projection import Projection
from gmm_core.model.mixture import Mixture
from gmm_core.model.standardization import Standardization

PROBABILITIES = (0.5, 0.8, 0.95, 0.99)
ON_A_LINE = Mixture([0.3, 0.7], [[-2.0], [3.0]], [[[0.25]], [[4.0]]])


def some_mixture(n_components: int, n_features: int) -> Mixture:
    rng = np.random.default_rng(n_components * 10 + n_features)
    factors = rng.normal(size=(n_components, n_features, n_features))
    return Mixture(
        rng.dirichlet(np.full(n_components, 4.0)),
        4 * rng.normal(size=(n_components, n_features)),
        factors @ factors.transpose(0, 2, 1) + 0.3 * np.eye(n_features),
    )


def density(x: float) -> float:
    return float(0.3 * norm.pdf(x, -2.0, 0.5) + 0.7 * norm.pdf(x, 3.0, 2.0))


def probability_above(level: float) -> float:
    """∫ p 1[p ≥ level] by quadrature between the places where p crosses the level."""
    grid = np.linspace(-8.0, 14.0, 4_001)
    above = np.array([density(x) - level for x in grid])
    turns = np.flatnonzero(np.sign(above[:-1]) != np.sign(above[1:]))
    ends = [brentq(lambda x: density(x) - level, grid[i], grid[i + 1]) for i in turns]
    return float(sum(quad(density, low, high)[0] for low, high in zip(ends[::2], ends[1::2], strict=True)))


@pytest.mark.parametrize("n_features", [1, 2, 5])
def test_the_regions_of_one_gaussian_are_its_ellipsoids_exactly(n_features: int) -> None:
    mixture = some_mixture(1, n_features)
    law = LogDensityLaw.of(mixture)
    regions = HighestDensityRegions.of(law, PROBABILITIES)
    peak = multivariate_normal(mixture.means[0], mixture.covariances[0]).logpdf(mixture.means[0])
    expected = [peak - chi2.ppf(p, n_features) / 2 for p in PROBABILITIES]
    np.testing.assert_allclose(regions.log_levels, expected, rtol=1e-10)
    np.testing.assert_allclose(smallest_region(law, expected), PROBABILITIES, rtol=1e-9)
    assert law.n_draws == 0
    assert law.standard_error(0.1) == 0.0


def test_draws_agree_with_the_exact_law_where_two_components_are_one_gaussian() -> None:
    one = some_mixture(1, 3)
    twice = Mixture([0.5, 0.5], np.repeat(one.means, 2, axis=0), np.repeat(one.covariances, 2, axis=0))
    exact, drawn = LogDensityLaw.of(one), LogDensityLaw.of(twice)
    assert drawn.n_draws == MAX_DRAWS
    for share in (0.01, 0.05, 0.5):
        found = float(exact.share_below(drawn.quantile(share)))
        assert abs(found - share) < 4 * drawn.standard_error(share)


@pytest.mark.parametrize("probability", PROBABILITIES)
def test_a_region_on_a_line_holds_its_probability_by_numerical_integration(probability: float) -> None:
    law = LogDensityLaw.of(ON_A_LINE)
    (level,) = HighestDensityRegions.of(law, [probability]).log_levels
    assert abs(probability_above(np.exp(level)) - probability) < 4 * law.standard_error(probability)


def test_a_region_is_smaller_than_any_other_of_its_probability() -> None:
    law = LogDensityLaw.of(ON_A_LINE)
    level = np.exp(law.quantile(0.2))
    grid = np.linspace(-8.0, 14.0, 20_001)
    width = float(np.sum([density(x) >= level for x in grid]) * (grid[1] - grid[0]))
    draws, _ = ON_A_LINE.sample(20_000, np.random.default_rng(1))
    central = np.ptp(np.quantile(draws, [0.1, 0.9]))
    assert width < 0.85 * central


def test_regions_nest_and_tell_where_a_point_lies() -> None:
    law = LogDensityLaw.of(some_mixture(3, 2))
    regions = HighestDensityRegions.of(law, (0.95, 0.5, 0.8, 0.8))
    assert regions.probabilities == (0.5, 0.8, 0.95)
    assert np.all(np.diff(regions.log_levels) < 0)
    high, low = regions.log_levels[0], regions.log_levels[-1]
    between = regions.log_levels[:2].mean()
    assert regions.innermost([high + 1, high, between, low - 1e-9]).tolist() == [0, 0, 1, 3]
    np.testing.assert_allclose(
        regions.shares_inside(np.array([high, between, low - 1])), [1 / 3, 2 / 3, 2 / 3]
    )


def test_the_same_mixture_has_the_same_law_each_time() -> None:
    first, second = (LogDensityLaw.of(some_mixture(3, 2)) for _ in range(2))
    np.testing.assert_array_equal(first.draws, second.draws)


def test_wide_mixtures_are_drawn_from_less_often() -> None:
    assert LogDensityLaw.of(some_mixture(6, 100)).n_draws == 8_333
    assert FEWEST_DRAWS < 8_333 < MAX_DRAWS


@pytest.mark.parametrize("n_components", [1, 3])
def test_log_densities_are_those_of_the_datas_own_units(n_components: int) -> None:
    """By scikit-learn, given the mixture in the data's own units."""
    fitted = some_mixture(n_components, 2)
    units = Standardization(np.array([50.0, -3.0]), np.array([12.0, 0.01]))
    rows, _ = fitted.sample(50, np.random.default_rng(0))
    original = rows * units.scale + units.center
    peer = GaussianMixture(n_components)
    own = units.restored(fitted)
    peer.weights_, peer.means_, peer.covariances_ = own.weights, own.means, own.covariances
    peer.precisions_cholesky_ = np.linalg.inv(np.linalg.cholesky(own.covariances)).transpose(0, 2, 1)
    found = Predictions.of(fitted, rows, units.log_volume)
    np.testing.assert_allclose(found.log_density, peer.score_samples(original), rtol=1e-9)
    np.testing.assert_allclose(found.responsibilities, peer.predict_proba(original), atol=1e-12)
    np.testing.assert_allclose(found.uncertainty, 1 - peer.predict_proba(original).max(axis=1), atol=1e-12)
    np.testing.assert_array_equal(found.components, peer.predict(original))
    law = LogDensityLaw.of(fitted, units.log_volume)
    np.testing.assert_allclose(
        law.quantile(0.1), LogDensityLaw.of(fitted).quantile(0.1) - np.log(12.0 * 0.01), rtol=1e-9
    )


def test_uncertainty_is_at_most_one_minus_one_over_k() -> None:
    same = Mixture(np.full(4, 0.25), np.zeros((4, 2)), np.repeat(np.eye(2)[None], 4, axis=0))
    np.testing.assert_allclose(Predictions.of(same, [[1.0, 2.0]]).uncertainty, 0.75)


def test_the_nearest_component_is_that_of_the_smallest_mahalanobis_distance() -> None:
    mixture = some_mixture(4, 3)
    rows = np.random.default_rng(3).normal(scale=5, size=(40, 3))
    by_scipy = np.array(
        [
            [
                mahalanobis(row, mean, np.linalg.inv(covariance))
                for mean, covariance in zip(mixture.means, mixture.covariances, strict=True)
            ]
            for row in rows
        ]
    )
    distances, nearest = nearest_components(mixture, rows)
    np.testing.assert_allclose(distances, by_scipy.min(axis=1), rtol=1e-8)
    np.testing.assert_array_equal(nearest, by_scipy.argmin(axis=1))
    assert nearest_components(mixture, np.empty((0, 3)))[0].shape == (0,)


@pytest.mark.parametrize("rule", RULES)
def test_the_anomalies_lie_below_the_threshold_the_least_likely_first(rule: str) -> None:
    mixture = some_mixture(2, 2)
    log_density = mixture.log_density(mixture.sample(400, np.random.default_rng(5))[0])
    found = Anomalies.of(log_density, LogDensityLaw.of(mixture), rule, 0.05)
    assert np.all(np.diff(log_density[found.positions]) >= 0)
    assert set(found.positions.tolist()) == set(np.flatnonzero(log_density < found.threshold).tolist())
    assert found.n_rows == 400
    assert not found.too_many


def test_by_share_the_least_likely_rows_are_as_many_as_asked() -> None:
    law = LogDensityLaw.of(some_mixture(2, 2))
    log_density = np.random.default_rng(6).normal(size=300)
    found = Anomalies.of(log_density, law, "rows", 0.01)
    assert found.positions.tolist() == np.argsort(log_density)[:3].tolist()
    assert Anomalies.of(log_density[:50], law, "rows", 0.01).count == 0
    assert Anomalies.of(log_density[:50], law, "rows", 0.02).count == 1
    assert Anomalies.of(np.full(100, -2.0), law, "rows", 0.2).count == 0  # none is less likely than another


def test_by_false_alarms_the_share_of_fresh_rows_below_is_as_asked() -> None:
    mixture = some_mixture(3, 2)
    law = LogDensityLaw.of(mixture)
    fresh = mixture.log_density(mixture.sample(20_000, np.random.default_rng(7))[0])
    found = Anomalies.of(fresh, law, "false alarms", 0.02)
    error = np.hypot(law.standard_error(0.02), np.sqrt(0.02 * 0.98 / 20_000))
    assert abs(found.count / 20_000 - 0.02) < 4 * error
    assert found.expected == pytest.approx(400, abs=1)


def test_rows_far_out_are_more_than_chance_explains() -> None:
    mixture = some_mixture(1, 2)
    rows, _ = mixture.sample(200, np.random.default_rng(8))
    law = LogDensityLaw.of(mixture)
    rows[:10] += 30.0
    found = Anomalies.of(mixture.log_density(rows), law, "false alarms", 0.01)
    assert set(range(10)) <= set(found.positions.tolist())
    assert found.too_many
    exact = sum(binom.pmf(m, 200, 0.01) for m in range(found.count, 201))
    assert found.probability == pytest.approx(exact, rel=1e-6)


@pytest.mark.parametrize("n_features", [1, 2, 5])
def test_the_limit_of_the_farthest_row_is_a_union_bound_of_chi_squared(n_features: int) -> None:
    for n_rows in (1, 30, 100_000):
        limit = farthest_by_chance(n_rows, n_features)
        beyond, _ = quad(lambda r: chi2.pdf(r * r, n_features) * 2 * r, limit, np.inf, epsabs=1e-14)
        assert n_rows * beyond == pytest.approx(TOO_MANY, rel=1e-4)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize(("n_components", "n_features"), [(1, 1), (1, 4), (3, 1), (4, 3)])
def test_planted_rows_far_out_are_told_where_their_number_is_no_more_than_chance(
    n_components: int, n_features: int, rule: str
) -> None:
    mixture = some_mixture(n_components, n_features)
    rows, _ = mixture.sample(1_000, np.random.default_rng(3))
    log_density = mixture.log_density(rows)
    law = LogDensityLaw.of(mixture)
    rows[np.argsort(log_density)[:4]] = np.array([[40.0], [-45.0], [60.0], [70.0]]) + mixture.means.mean(
        axis=0
    )
    found = Anomalies.of(mixture.log_density(rows), law, rule, 0.01)
    far = FarRows.of(found, mixture, rows)
    assert not found.too_many
    assert far.count == 4
    assert far.farthest == pytest.approx(nearest_components(mixture, rows)[0].max())


@pytest.mark.parametrize(("n_components", "n_features"), [(1, 1), (1, 4), (3, 1), (4, 3)])
def test_rows_of_the_mixture_itself_hardly_ever_lie_far_out(n_components: int, n_features: int) -> None:
    mixture = some_mixture(n_components, n_features)
    law = LogDensityLaw.of(mixture)
    told = 0
    for seed in range(200):
        rows, _ = mixture.sample(300, np.random.default_rng(seed))
        found = Anomalies.of(mixture.log_density(rows), law, "false alarms", 0.01)
        told += FarRows.of(found, mixture, rows).count > 0
    assert told <= binom.ppf(0.9999, 200, TOO_MANY)


def test_where_no_row_is_listed_none_lies_far_out() -> None:
    mixture = some_mixture(2, 2)
    none = Anomalies(-np.inf, np.empty(0, dtype=np.int64), 50, 0.0)
    assert FarRows.of(none, mixture, np.zeros((50, 2))) == FarRows(0, farthest_by_chance(50, 2), 0.0)


def test_what_cannot_be_asked_is_refused_in_a_sentence() -> None:
    law = LogDensityLaw.of(some_mixture(1, 1))
    with pytest.raises(ParameterError, match="between 0 and 1"):
        law.quantile(1.0)
    with pytest.raises(ParameterError, match="between 0 and 1"):
        HighestDensityRegions.of(law, [0.5, 1.0])
    with pytest.raises(ParameterError, match="choose one of"):
        Anomalies.of(np.zeros(3), law, "luck", 0.1)
    with pytest.raises(ParameterError, match="between 0 and 1"):
        Anomalies.of(np.zeros(3), law, "rows", 0.0)


def test_a_point_of_a_view_is_completed_to_the_likeliest_such_point_of_its_component() -> None:
    mixture = some_mixture(3, 4)
    view = Projection.axes(["a", "b", "c", "d"], [2, 0])
    place = mixture.means[1, [2, 0]] + [0.2, -0.1]
    (found,) = completed(mixture, view, [place])
    np.testing.assert_allclose(view.points(found[None])[0], place)
    component = int(view.mixture(mixture).labels(place[None])[0])
    law = multivariate_normal(mixture.means[component], mixture.covariances[component])
    moves = np.random.default_rng(9).normal(scale=0.05, size=(200, 4)) * [0, 1, 0, 1]
    assert np.all(law.logpdf(found + moves) < law.logpdf(found))
    assert completed(mixture, view, np.empty((0, 2))).shape == (0, 4)


def test_in_a_plane_of_mixed_columns_a_completed_point_is_seen_where_it_was_put() -> None:
    mixture = some_mixture(2, 5)
    rows, _ = mixture.sample(60, np.random.default_rng(2))
    view = Projection.principal_components(rows, 2, list("abcde"))
    places = np.array([[0.3, -1.0], [4.0, 2.0]])
    np.testing.assert_allclose(view.points(completed(mixture, view, places)), places)
