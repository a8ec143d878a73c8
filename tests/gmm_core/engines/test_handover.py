"""A fit that moves from NumPy to compiled code in its middle is the fit that either of them makes."""

from __future__ import annotations

from functools import cache
from itertools import count

import numpy as np
import pytest

from gmm_core.engines import choice
from gmm_core.engines.handover import CHANGING
from gmm_core.fitting.fit import fit
from gmm_core.fitting.result import Fit
from gmm_core.fitting.specification import FitSpecification
from gmm_core.model.covariance.catalogue import STRUCTURES
from gmm_core.model.mixture import Mixture
from gmm_core.starts.kinds import GivenMixture

RNG = np.random.default_rng(5)
ROWS = np.concatenate([RNG.normal(size=(150, 3)), RNG.normal(scale=2.0, size=(150, 3)) + 3.0])


def changed_after(n_looks: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have compiled code come when it was looked for so many times."""
    looks = count()
    monkeypatch.setattr(choice, "load_if_compiled", lambda: next(looks) >= n_looks)
    monkeypatch.setattr("gmm_core.fitting.assembly.engine_name", lambda *shape: CHANGING)


@cache
def by_numpy(specification: FitSpecification) -> Fit:
    """The fit of `ROWS` by one engine alone, once for all that are compared with it."""
    return fit(ROWS, specification, engine="blocked")


def assert_same(found: Fit, expected: Fit, rel: float = 1e-10) -> None:
    assert found.log_likelihood == pytest.approx(expected.log_likelihood, rel=rel)
    assert found.best.score == pytest.approx(expected.best.score, rel=rel)
    assert found.best.number == expected.best.number
    for one, other in zip(found.runs, expected.runs, strict=True):
        assert one.ending is other.ending
        length = min(len(one.log_likelihoods), len(other.log_likelihoods))
        np.testing.assert_allclose(one.log_likelihoods[:length], other.log_likelihoods[:length], rtol=rel)


@pytest.mark.parametrize("covariance_type", STRUCTURES)
@pytest.mark.parametrize("acceleration", ["none", "squarem"])
@pytest.mark.parametrize("n_looks", [0, 7, 40])
def test_it_ends_where_either_engine_does_and_never_falls(
    covariance_type: str, acceleration: str, n_looks: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    specification = FitSpecification(
        n_components=3,
        covariance_type=covariance_type,
        n_init=2,
        init="random points",
        tolerance=1e-5,
        acceleration=acceleration,
    )
    expected = by_numpy(specification)
    changed_after(n_looks, monkeypatch)
    found = fit(ROWS, specification)
    assert_same(found, expected)
    assert found.engine in {0: ["compiled"], 7: [CHANGING], 40: [CHANGING, "blocked"]}[n_looks]
    for run in found.runs:
        if not run.reseeded:
            assert np.diff(run.log_likelihoods).min() > -1e-9


@pytest.mark.parametrize("n_looks", [3, 12])
def test_so_does_one_with_weights_whose_component_is_reseeded(
    n_looks: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    weights = np.random.default_rng(1).uniform(0.2, 3.0, len(ROWS))
    away = Mixture([0.4, 0.4, 0.2], [[0.0] * 3, [3.0] * 3, [60.0] * 3], np.stack([np.eye(3)] * 3))
    specification = FitSpecification(n_components=3)
    expected = fit(ROWS, specification, starts=[GivenMixture(away)], sample_weight=weights, engine="blocked")
    changed_after(n_looks, monkeypatch)
    found = fit(ROWS, specification, starts=[GivenMixture(away)], sample_weight=weights)
    assert_same(found, expected, rel=1e-7)  # as near to the floor as it is, engines agree to that
    assert found.best.reseeded == expected.best.reseeded != ()


def test_the_iterations_that_are_allowed_are_counted_over_both(monkeypatch: pytest.MonkeyPatch) -> None:
    changed_after(8, monkeypatch)
    specification = FitSpecification(
        n_components=3, n_init=1, init="random points", tolerance=0.0, max_iterations=23
    )
    assert fit(ROWS, specification).best.n_iterations == 23


def test_a_fit_to_which_no_compiled_code_came_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    changed_after(10**9, monkeypatch)
    assert fit(ROWS, FitSpecification(n_components=2)).engine == "blocked"


def test_many_rows_change_between_the_sample_and_all(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = np.random.default_rng(2).normal(size=(100_000, 1)) * [1.0]
    rows[:40_000] += 6.0
    specification = FitSpecification(n_components=2, n_init=2)
    expected = fit(rows, specification, engine="blocked")
    changed_after(30, monkeypatch)
    found = fit(rows, specification)
    assert found.best.n_on_sample > 0
    assert_same(found, expected)
