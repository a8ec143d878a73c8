"""A model is what EM climbs: its M-step stays within the bounds and within the family, or says that it cannot."""

from dataclasses import replace

import numpy as np
import pytest

from gmm_core.covariance.catalogue import STRUCTURES
from gmm_core.covariance.regularization import VarianceFloor
from gmm_core.covariance.structure import CovarianceStructure
from gmm_core.engines.blocked import BlockedEngine
from gmm_core.errors import FitError
from gmm_core.mixture import Mixture
from gmm_core.model import GaussianModel

X = np.random.default_rng(5).normal(size=(80, 2)) * [1.0, 0.01]
STATE = Mixture(np.array([0.5, 0.5]), X[:2], np.stack([np.eye(2)] * 2))


@pytest.mark.parametrize("structure", STRUCTURES.values(), ids=STRUCTURES)
def test_what_a_floor_raises_stays_in_its_family(structure: CovarianceStructure) -> None:
    model = GaussianModel(structure, VarianceFloor(0.5))
    statistics = BlockedEngine(X).expectation(model.scores(STATE), model.moments)
    state, at_floor = model.m_step(statistics, STATE)
    covariances = model.mixture(state).covariances
    assert at_floor.all()
    assert np.linalg.eigvalsh(covariances).min() == pytest.approx(0.5)
    again = model.structure.update(covariances * statistics.counts[:, None, None], statistics.counts, None)
    np.testing.assert_allclose(again, covariances, rtol=1e-12, atol=1e-15)
    assert model.objective(statistics, STATE) == statistics.log_likelihood


def test_where_a_family_cannot_meet_a_floor_the_restart_ends_and_says_so() -> None:
    one_shape = replace(STRUCTURES["diag"], name="one shape", is_closed_under_floor=False)
    model = GaussianModel(one_shape, VarianceFloor(0.5))
    statistics = BlockedEngine(X).expectation(STATE.scores, model.moments)
    with pytest.raises(FitError, match="narrower than the floor"):
        model.m_step(statistics, STATE)
    wide, at_floor = replace(model, regularization=VarianceFloor(1e-12)).m_step(statistics, STATE)
    assert not at_floor.any()
    np.testing.assert_array_equal(
        wide.covariances, GaussianModel(STRUCTURES["diag"]).m_step(statistics)[0].covariances
    )
