"""The rows fitted with each covariance structure: the fits are those of each by itself."""

from dataclasses import replace

import numpy as np
import pytest

from gmm_core.arrays import FloatArray
from gmm_core.fitting.fit import fit
from gmm_core.fitting.progress import Progress, StopFitting
from gmm_core.fitting.specification import FitSpecification
from gmm_core.model.covariance.catalogue import STRUCTURES, structure_named
from gmm_core.studies.family_comparison import StructureFit, best_by_bic, fitting_structures, missed_optima
from gmm_core.tables.samples import load_sample

THREE = FitSpecification(n_components=3, n_init=8)


@pytest.fixture(scope="module")
def faithful() -> FloatArray:
    rows = load_sample("faithful").table.to_numpy(dtype=np.float64)
    return np.asarray(rows)


def fitted(X: FloatArray, specification: FitSpecification) -> tuple[tuple[StructureFit, ...], list[Progress]]:
    steps = fitting_structures(X, specification)
    seen = []
    while True:
        try:
            seen.append(next(steps))
        except StopIteration as finished:
            shapes: tuple[StructureFit, ...] = finished.value
            return shapes, seen


def test_each_is_the_fit_by_itself_and_bic_chooses_tied(faithful: FloatArray) -> None:
    shapes, seen = fitted(faithful, THREE)
    assert [shape.structure.name for shape in shapes] == list(STRUCTURES)
    for shape in shapes:
        unchanged = fit(faithful, replace(THREE, covariance_type=shape.structure.name))
        assert shape.fit is not None
        assert shape.fit.log_likelihood == unchanged.log_likelihood
        assert shape.bic == unchanged.criteria.bic
    best = best_by_bic(shapes)
    assert best is not None
    assert best.structure.name == "tied"
    assert best.bic == pytest.approx(2314.316, abs=0.05)  # mclust: EEE with 3 components, -2314.316
    shares = [progress.share for progress in seen]
    assert shares == sorted(shares)
    assert 0 <= shares[0] < 0.25
    assert 0.75 <= shares[-1] <= 1


def test_what_is_stopped_has_the_structures_it_came_to(faithful: FloatArray) -> None:
    steps = fitting_structures(faithful, THREE)
    next(progress for progress in steps if progress.share >= 0.5)
    with pytest.raises(StopIteration) as finished:
        steps.throw(StopFitting())
    assert [shape.structure.name for shape in finished.value.value] == ["full", "tied", "diag"]


def test_a_structure_that_cannot_be_fitted_says_why() -> None:
    shapes, _ = fitted(np.ones((10, 2)), THREE)
    assert all(shape.fit is None and "3 different rows" in shape.refusal for shape in shapes)
    assert best_by_bic(shapes) is None
    assert missed_optima(shapes) == []


def test_a_freer_structure_that_ends_lower_has_missed_its_optimum(faithful: FloatArray) -> None:
    one = replace(THREE, n_init=1, init="random points", max_iterations=1)
    poor = StructureFit(structure_named("full"), fit(faithful, one))
    good = [
        StructureFit(structure_named(name), fit(faithful, replace(THREE, covariance_type=name)))
        for name in ("tied", "spherical")
    ]
    assert [
        (wider.structure.name, narrower.structure.name) for wider, narrower in missed_optima([poor, *good])
    ] == [("full", "tied")]
    whole, _ = fitted(faithful, THREE)
    assert missed_optima(whole) == []
