"""What goes wrong elsewhere, and what happens here: the table in docs/numbers.md, row by row."""

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import make_blobs
from sklearn.mixture import GaussianMixture as Peer

from gmm_core.errors import DataError
from gmm_core.fitting.fit import fit
from gmm_core.fitting.specification import FitSpecification
from gmm_core.starts.kinds import GivenMixture
from gmm_core.tables.samples import load_sample

BLOBS = make_blobs(300, centers=3, cluster_std=1.2, random_state=42)[0]
THREE = FitSpecification(n_components=3, n_init=4, tolerance=1e-10)
FAITHFUL = load_sample("faithful").table[["eruptions", "waiting"]].to_numpy(dtype=np.float64)


def test_integer_input_is_scored_in_full_precision() -> None:
    """Elsewhere distances to integer rows are truncated."""
    rows = np.round(BLOBS).astype(int)
    mixture = fit(rows, THREE).mixture
    np.testing.assert_array_equal(mixture.log_density(rows), mixture.log_density(rows.astype(float)))


@pytest.mark.parametrize("covariance_type", ["full", "tied", "diag", "spherical"])
@pytest.mark.parametrize("offset", [1e4, 1e7, 1e8, 1e10])
def test_an_offset_changes_nothing(covariance_type: str, offset: float) -> None:
    """Elsewhere E[x²] − μ² cancels: silently wrong at 1e7, an error at 1e8."""
    specification = FitSpecification(n_components=3, covariance_type=covariance_type, n_init=1)
    rows = np.round(BLOBS, 4)
    here, there = fit(rows, specification), fit(rows + offset, specification)
    rounding = max(1e-7, offset * 1e-13)
    np.testing.assert_allclose(
        there.mixture.covariances, here.mixture.covariances, rtol=rounding, atol=rounding
    )
    np.testing.assert_allclose(there.mixture.means - offset, here.mixture.means, atol=rounding)
    assert there.log_likelihood == pytest.approx(here.log_likelihood, rel=rounding)


@pytest.mark.parametrize("covariance_type", ["full", "tied", "diag", "spherical"])
@pytest.mark.parametrize("scale", [1e-8, 1e-4, 1e6])
def test_units_change_nothing(covariance_type: str, scale: float) -> None:
    """Elsewhere the regularisation is absolute, so data times 1e-4 ends as one cluster."""
    specification = FitSpecification(n_components=3, covariance_type=covariance_type, n_init=2)
    here, there = fit(BLOBS, specification), fit(BLOBS * scale, specification)
    np.testing.assert_allclose(there.mixture.weights, here.mixture.weights, rtol=1e-7)
    np.testing.assert_allclose(there.mixture.means, here.mixture.means * scale, rtol=1e-7)
    np.testing.assert_allclose(there.mixture.covariances, here.mixture.covariances * scale**2, rtol=1e-6)


@pytest.mark.parametrize("covariance_type", ["full", "tied", "diag"])
def test_a_unit_for_each_column_changes_nothing(covariance_type: str) -> None:
    specification = FitSpecification(
        n_components=3, covariance_type=covariance_type, n_init=1, init="random points"
    )
    units = np.array([1e-3, 1e5])
    here, there = fit(BLOBS, specification), fit(BLOBS * units, specification)
    np.testing.assert_allclose(there.mixture.means, here.mixture.means * units, rtol=1e-7)
    np.testing.assert_allclose(
        there.mixture.covariances, here.mixture.covariances * units[:, None] * units, rtol=1e-6, atol=1e-9
    )


@pytest.mark.parametrize("covariance_type", ["full", "tied", "diag", "spherical"])
def test_the_reported_log_likelihood_belongs_to_the_reported_mixture(covariance_type: str) -> None:
    """Elsewhere the bound belongs to the parameters before the last M-step."""
    result = fit(BLOBS, FitSpecification(n_components=4, covariance_type=covariance_type, max_iterations=3))
    assert result.log_likelihood == pytest.approx(result.mixture.log_density(BLOBS).sum(), rel=1e-12)


def test_parallel_cigars_are_not_given_up_early() -> None:
    """Elsewhere tol=1e-3 stops so early that two long parallel clusters score below a single component."""
    rng = np.random.default_rng(0)
    rows = np.concatenate([rng.normal(size=(200, 2)) * [10.0, 0.3] + [0.0, y] for y in (-1.0, 1.0)])
    elsewhere = Peer(2, random_state=0, init_params="random").fit(rows).score(rows)
    here = fit(rows, FitSpecification(n_components=2))
    one = fit(rows, FitSpecification(n_components=1))
    assert elsewhere < one.log_likelihood / len(rows) + 0.01
    assert here.log_likelihood / len(rows) > one.log_likelihood / len(rows) + 0.3
    assert sorted(abs(here.mixture.means[:, 1])) == pytest.approx([1.0, 1.0], abs=0.1)


def test_mixed_restarts_find_what_restarts_of_one_kind_miss() -> None:
    """Old Faithful, full, K=3: k-means starts find −1119.2 and −1127.1, never −1114.4."""
    one_kind = fit(FAITHFUL, FitSpecification(n_components=3, init="k-means", n_init=30))
    mixed = fit(FAITHFUL, FitSpecification(n_components=3, n_init=30))
    assert one_kind.log_likelihood < -1119.0
    assert mixed.log_likelihood == pytest.approx(-1114.44, abs=0.01)


def test_components_do_not_permute_with_the_seed() -> None:
    means = [
        fit(BLOBS, FitSpecification(n_components=3, seed=seed, n_init=4)).mixture.means for seed in range(5)
    ]
    for other in means[1:]:
        np.testing.assert_allclose(other, means[0], atol=1e-3)


def test_a_mask_is_not_lost() -> None:
    rows = np.ma.masked_array(BLOBS, mask=np.zeros_like(BLOBS, dtype=bool))
    rows[3, 1] = np.ma.masked
    with pytest.raises(DataError):
        fit(rows, THREE)


@pytest.mark.parametrize("bad", [np.nan, np.inf, "text"])
def test_bad_values_are_refused_in_one_sentence_that_names_the_column(bad: float | str) -> None:
    table = pd.DataFrame(BLOBS[:50], columns=["length", "width"]).astype(object)
    table.loc[[4, 9], "width"] = bad
    with pytest.raises(DataError, match="width") as refused:
        fit(table, THREE)
    assert "\n" not in str(refused.value)


def test_a_fit_from_the_answer_stays_there() -> None:
    result = fit(BLOBS, THREE)
    again = fit(BLOBS, THREE, starts=[GivenMixture(result.mixture)])
    np.testing.assert_allclose(again.mixture.means, result.mixture.means, atol=1e-4)
