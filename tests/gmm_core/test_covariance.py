"""Every row of the catalogue: its update maximises what it should, and its parameters are counted right."""

import numpy as np
import pytest
from scipy.stats import wishart

from gmm_core.errors import ParameterError
from gmm_core.model.covariance.catalogue import STRUCTURES, structure_named
from gmm_core.model.covariance.family import CovarianceStructure
from gmm_core.model.covariance.floor import raised_to_floor

EVERY = pytest.mark.parametrize("structure", STRUCTURES.values(), ids=STRUCTURES)
COUNTS = np.array([40.0, 25.0, 35.0])


def objective(covariances: np.ndarray, within: np.ndarray, counts: np.ndarray) -> float:
    """Σ_k N_k log |Σ_k| + tr(W_k Σ_k⁻¹), which the M-step makes as small as the family allows."""
    log_determinants = np.linalg.slogdet(covariances)[1]
    traces = np.trace(np.linalg.solve(covariances, within), axis1=1, axis2=2)
    return float(counts @ log_determinants + traces.sum())


def within_scatter(n_features: int = 3) -> np.ndarray:
    return np.stack([wishart.rvs(int(n), np.eye(n_features), random_state=int(n)) for n in COUNTS])


@EVERY
def test_no_neighbour_in_the_family_is_better(structure: CovarianceStructure) -> None:
    within = within_scatter()
    covariances = structure.update(within, COUNTS, None)
    best = objective(covariances, within, COUNTS)
    rng = np.random.default_rng(0)
    for _ in range(50):
        other = within * rng.uniform(0.9, 1.1, size=(3, 1, 1)) + 0.5 * np.diag(rng.uniform(size=3))
        assert objective(structure.update(other, COUNTS, None), within, COUNTS) >= best - 1e-9


@EVERY
def test_the_update_of_its_own_covariances_is_itself(structure: CovarianceStructure) -> None:
    covariances = structure.update(within_scatter(), COUNTS, None)
    np.testing.assert_allclose(
        structure.update(covariances * COUNTS[:, None, None], COUNTS, None), covariances
    )


@pytest.mark.parametrize(
    ("name", "expected"),
    [("full", 2 + 12 + 30), ("tied", 2 + 12 + 10), ("diag", 2 + 12 + 12), ("spherical", 2 + 12 + 3)],
)
def test_parameters_of_three_components_in_four_dimensions(name: str, expected: int) -> None:
    assert STRUCTURES[name].parameter_count(3, 4) == expected


def test_a_structure_is_found_by_either_name() -> None:
    assert structure_named("VVV") is structure_named("full")
    with pytest.raises(ParameterError, match="choose one of full, tied, diag, spherical"):
        structure_named("round")


def test_the_floor_raises_only_what_lies_below_it() -> None:
    sound = np.array([[2.0, 0.5], [0.5, 1.0]])
    flat = np.array([[1.0, 1.0], [1.0, 1.0]])
    raised, held = raised_to_floor(np.stack([sound, flat]), 0.01)
    assert held.tolist() == [False, True]
    np.testing.assert_array_equal(raised[0], sound)
    np.testing.assert_allclose(np.linalg.eigvalsh(raised[1]), [0.01, 2.0])


@pytest.mark.parametrize("seed", range(5))
def test_the_floor_is_the_best_of_all_bounded_covariances(seed: int) -> None:
    rng = np.random.default_rng(seed)
    factor = rng.normal(size=(1, 3, 2))
    within = factor @ factor.transpose(0, 2, 1) * 20
    raised, _ = raised_to_floor(within / 20, 0.05)
    best = objective(raised, within, np.array([20.0]))
    for _ in range(100):
        other = rng.normal(size=(3, 6))
        candidate = 0.05 * np.eye(3) + 0.3 * rng.uniform() * (other @ other.T)
        assert objective(candidate[None], within, np.array([20.0])) >= best


@EVERY
def test_what_is_written_without_repetition_comes_back(structure: CovarianceStructure) -> None:
    covariances = structure.update(within_scatter(), COUNTS, None)
    compact = structure.compact
    written = compact.compacted(covariances)
    assert written.shape == compact.shape(3, 3)
    np.testing.assert_array_equal(compact.expanded(written, 3, 3), covariances)
    assert compact.is_diagonal == (np.count_nonzero(covariances[0]) == 3)


@EVERY
def test_the_floor_keeps_the_family(structure: CovarianceStructure) -> None:
    covariances, _ = raised_to_floor(structure.update(within_scatter() * 1e-4, COUNTS, None), 1e-3)
    again = structure.update(covariances * COUNTS[:, None, None], COUNTS, None)
    np.testing.assert_allclose(again, covariances, atol=1e-15)


@EVERY
@pytest.mark.parametrize("narrower", STRUCTURES.values(), ids=STRUCTURES)
def test_a_family_includes_those_whose_covariances_it_keeps(
    structure: CovarianceStructure, narrower: CovarianceStructure
) -> None:
    covariances = narrower.update(within_scatter(), COUNTS, None)
    kept = np.allclose(structure.update(COUNTS[:, None, None] * covariances, COUNTS, None), covariances)
    assert structure.includes(narrower) == kept
