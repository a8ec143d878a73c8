"""Where scikit-learn is right, we agree with it."""

import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.datasets import make_blobs
from sklearn.metrics import adjusted_rand_score
from sklearn.mixture import GaussianMixture as Peer
from sklearn.preprocessing import StandardScaler

from gmm_core.fitting.fit import fit
from gmm_core.fitting.specification import FitSpecification
from gmm_core.tables.generators import generate
from gmm_core.tables.preparation import Preparation, prepare


def test_the_default_data_gives_scikit_learns_best_of_ten() -> None:
    """make_blobs(300, 3 centers, std 1.2, seed 42), standardised, K=3, full."""
    dataset = generate("blobs")
    prepared = prepare(dataset, Preparation(dataset.default_columns()))
    rows = StandardScaler().fit_transform(make_blobs(300, centers=3, cluster_std=1.2, random_state=42)[0])
    np.testing.assert_allclose(prepared.X, rows, rtol=1e-12, atol=1e-12)
    peer = Peer(3, n_init=10, random_state=0, tol=1e-8, max_iter=1000, reg_covar=0).fit(rows)
    result = fit(prepared.X, FitSpecification(n_components=3, covariance_type="full"))
    assert result.log_likelihood / 300 == pytest.approx(peer.score(rows), abs=1e-6)
    assert adjusted_rand_score(result.mixture.labels(prepared.X), peer.predict(rows)) == 1.0


@pytest.mark.parametrize("covariance_type", ["full", "tied", "diag", "spherical"])
def test_the_best_is_no_worse_than_the_peers(covariance_type: str) -> None:
    rows = np.concatenate([make_blobs(150, 3, centers=4, cluster_std=2.0, random_state=s)[0] for s in (1, 2)])
    peer = Peer(
        4, covariance_type=covariance_type, n_init=10, random_state=0, tol=1e-7, max_iter=2000, reg_covar=0
    )
    result = fit(rows, FitSpecification(n_components=4, covariance_type=covariance_type, n_init=32))
    assert result.log_likelihood / len(rows) >= peer.fit(rows).score(rows) - 1e-4


def test_stretched_blobs_are_what_k_means_gets_wrong() -> None:
    dataset = generate("anisotropic")
    prepared = prepare(dataset, Preparation(dataset.default_columns(), scaling="none"))
    labels = fit(prepared.X, FitSpecification(n_components=3)).mixture.labels(prepared.X)
    k_means = KMeans(3, n_init=10, random_state=0).fit_predict(prepared.X)
    assert adjusted_rand_score(prepared.labels, labels) > adjusted_rand_score(prepared.labels, k_means) + 0.1
