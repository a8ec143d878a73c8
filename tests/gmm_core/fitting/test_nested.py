"""Fits that start from one of fewer components too: never lower, as high as mclust, stopped and failing as others."""

import json
from collections.abc import Callable, Generator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import multivariate_normal

import gmm_core.fitting.request as request_module
from gmm_core.arrays import FloatArray
from gmm_core.engines.cancellation import interruptible
from gmm_core.engines.choice import warm_up
from gmm_core.errors import DataError, FitError
from gmm_core.fitting.assembly import Assembly
from gmm_core.fitting.fit import Fit, Progress, StopFitting, fit, fitting
from gmm_core.fitting.nested import SmallerFit, fitting_nested
from gmm_core.fitting.plan import run_plan
from gmm_core.fitting.request import FitRequest, GivenRows
from gmm_core.fitting.specification import FitSpecification
from gmm_core.model.covariance.catalogue import STRUCTURES, structure_named
from gmm_core.model.covariance.regularization import VarianceFloor
from gmm_core.model.mixture import Mixture
from gmm_core.model.standardization import Standardization
from gmm_core.rows.distinct_rows import CanonicalRows
from gmm_core.rows.rows import Rows
from gmm_core.starts.kinds import SPLITS, GivenLabels
from gmm_core.starts.problem import FitProblem
from gmm_core.starts.splits import SplitStart, TwinStart, most_promising, split_starts
from gmm_core.studies.model_grid import Cell, Fitted, cell_specifications, fitting_cell, ranked
from gmm_core.tables.generators import generate
from gmm_core.tables.samples import load_sample

REFERENCE = Path(__file__).parents[2] / "reference"
NAMES = list(STRUCTURES)


@pytest.fixture(scope="module")
def faithful() -> FloatArray:
    return load_sample("faithful").table[["eruptions", "waiting"]].to_numpy(dtype=np.float64)


def ended(steps: Generator[Progress, None, Any]) -> Any:
    while True:
        try:
            next(steps)
        except StopIteration as finished:
            return finished.value


def swept(X: FloatArray, specification: FitSpecification, most: int) -> dict[tuple[str, int], Fitted]:
    cells: dict[tuple[str, int], Fitted] = {}
    smaller: dict[str, SmallerFit | None] = {}
    for asked in cell_specifications(specification, most, NAMES):
        found: Fitted = ended(fitting_cell(X, asked, smaller.get(asked.covariance_type)))
        smaller[asked.covariance_type] = None if found.fit is None else SmallerFit.of(found.fit)
        cells[asked.covariance_type, asked.n_components] = found
    return cells


@pytest.fixture(scope="module")
def swept_faithful(faithful: FloatArray) -> dict[tuple[str, int], Fitted]:
    warm_up()
    return swept(faithful, FitSpecification(n_init=4, tolerance=1e-9, max_iterations=5_000), 9)


@pytest.fixture(scope="module")
def old_faithful(swept_faithful: dict[tuple[str, int], Fitted]) -> dict[tuple[str, int], Cell]:
    return {place: found.cell for place, found in swept_faithful.items()}


def log_likelihood(cell: Cell) -> float:
    assert cell.criteria is not None
    return cell.criteria.log_likelihood


def test_no_cell_of_old_faithful_is_worse_than_mclust(old_faithful: dict[tuple[str, int], Cell]) -> None:
    compared = 0
    for entry in json.loads((REFERENCE / "mclust_faithful.json").read_text())["fits"]:
        names = [name for name, structure in STRUCTURES.items() if structure.alias == entry["model"]]
        for name in names:
            cell = old_faithful[name, entry["K"]]
            assert log_likelihood(cell) >= entry["loglik"] - 1e-8 * abs(entry["loglik"])
            bic = cell.value("BIC")
            assert bic is not None
            assert bic <= -entry["bic"] + 1e-8 * abs(entry["bic"])
            compared += 1
    assert compared == 16


def test_bic_chooses_three_tied_and_icl_two_full(old_faithful: dict[tuple[str, int], Cell]) -> None:
    chosen = {name: ranked(list(old_faithful.values()), name)[0] for name in ("BIC", "ICL")}
    assert [(cell.structure.name, cell.n_components) for cell in chosen.values()] == [
        ("tied", 3),
        ("full", 2),
    ]
    assert chosen["BIC"].value("BIC") == pytest.approx(2314.316, abs=0.05)  # mclust 6: EEE with 3, −2314.316
    assert chosen["ICL"].sure > 0.97


def test_criteria_are_those_of_an_independent_density(faithful: FloatArray) -> None:
    specification = replace(FitSpecification(n_init=2), init=SPLITS)
    found: Fitted = ended(fitting_cell(faithful, specification, None))
    assert found.fit is not None
    mixture = found.fit.mixture
    joint = np.stack(
        [
            weight * multivariate_normal(mean, covariance).pdf(faithful)
            for weight, mean, covariance in zip(
                mixture.weights, mixture.means, mixture.covariances, strict=True
            )
        ]
    )
    height = np.log(joint.sum(axis=0)).sum()
    surest = (joint / joint.sum(axis=0)).max(axis=0)
    assert found.cell.value("AIC") == pytest.approx(-2 * height + 2 * 17)
    assert found.cell.value("BIC") == pytest.approx(-2 * height + 17 * np.log(272))
    assert found.cell.value("ICL") == pytest.approx(-2 * height + 17 * np.log(272) - 2 * np.log(surest).sum())
    assert found.cell.sure == (surest > 0.95).mean()


def test_a_cell_keeps_which_of_its_components_may_gather_outliers() -> None:
    strays = generate("outliers").table[["feature 1", "feature 2"]].to_numpy()
    asked = replace(FitSpecification(n_components=4, n_init=4), init=SPLITS)
    found: Fitted = ended(fitting_cell(strays, asked, None))
    assert found.fit is not None
    (wide,) = found.cell.wide
    assert wide.weight == found.fit.mixture.weights[wide.position] == pytest.approx(0.1, abs=0.02)


def never_falls(cells: dict[tuple[str, int], Fitted]) -> None:
    for (name, k), found in cells.items():
        if found.fit is None or k == 1:
            continue
        before = cells[name, k - 1].fit
        assert before is not None
        assert found.fit.best.score >= before.best.score - 1e-9 * abs(before.best.score)
        if not found.fit.best.narrow and not before.best.narrow:  # then it is the log-likelihood
            assert found.fit.best.score == found.fit.log_likelihood


def test_the_score_never_falls_with_the_components(swept_faithful: dict[tuple[str, int], Fitted]) -> None:
    never_falls(swept_faithful)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), n_features=st.integers(1, 3), n_rows=st.integers(30, 90))
def test_nor_on_any_data_with_one_restart(seed: int, n_features: int, n_rows: int) -> None:
    rng = np.random.default_rng(seed)
    rows = rng.normal(size=(n_rows, n_features)) + 4 * rng.integers(0, 3, size=(n_rows, 1))
    never_falls(swept(rows, FitSpecification(n_init=1, seed=seed), 5))


def test_a_fit_by_itself_is_the_cell_of_the_sweep(
    faithful: FloatArray, old_faithful: dict[tuple[str, int], Cell]
) -> None:
    cell = old_faithful["full", 4]
    unchanged = fit(faithful, cell.specification)
    assert unchanged.specification.init == SPLITS
    assert unchanged.log_likelihood == log_likelihood(cell)
    assert [run.number for run in unchanged.runs] == list(range(len(unchanged.runs)))
    assert [run.kind for run in unchanged.runs][4:7] == ["split"] * 3


def test_a_twin_has_the_same_density(faithful: FloatArray) -> None:
    smaller = fit(faithful, FitSpecification(n_init=2))
    twin = fit(faithful, FitSpecification(4, max_iterations=0), starts=[TwinStart(smaller.mixture)])
    assert twin.log_likelihood == pytest.approx(smaller.log_likelihood, rel=1e-12)
    assert twin.mixture.weights.sum() == pytest.approx(1)
    np.testing.assert_allclose(
        twin.mixture.log_density(faithful), smaller.mixture.log_density(faithful), rtol=1e-10
    )


def test_a_twin_steps_in_where_all_else_ends_lower(faithful: FloatArray) -> None:
    """A likelihood that no start reaches is claimed of the smaller fit; only the twin is then left."""
    smaller = SmallerFit.of(fit(faithful, FitSpecification(2, n_init=2)))
    above = replace(smaller, score=0.0)
    request = FitRequest(GivenRows(faithful), FitSpecification(3, n_init=1, init=SPLITS))
    found = ended(run_plan(fitting_nested(request, above))).required()
    assert [run.kind for run in found.runs] == ["short runs", "split", "split", "twin", "twin"]
    assert found.runs[-1].n_iterations == 0  # as it is, where EM ends lower too
    found = ended(run_plan(fitting_nested(request, smaller))).required()
    assert [run.kind for run in found.runs] == ["short runs", "split", "split"]


def test_a_twin_of_a_narrow_component_is_judged_as_the_smaller_fit() -> None:
    rows = np.concatenate([np.zeros(60), np.random.default_rng(3).lognormal(3, 0.5, 40)])[:, None]
    labels = (rows[:, 0] > 0).astype(np.int64)
    smaller = fit(rows, FitSpecification(2), starts=[GivenLabels(labels)])
    assert smaller.best.narrow
    twin = fit(rows, FitSpecification(3, max_iterations=0), starts=[TwinStart(smaller.mixture)])
    assert np.count_nonzero(twin.mixture.means < 1) == 2
    assert twin.best.score == pytest.approx(smaller.best.score, rel=1e-9)


@pytest.mark.parametrize("name", NAMES)
def test_a_split_keeps_mean_and_covariance_of_the_component(name: str) -> None:
    rng = np.random.default_rng(0)
    rows = np.concatenate(
        [rng.normal(size=(4_000, 2)) * [5.0, 1.0], rng.normal(size=(4_000, 2)) + np.array([0.0, 30.0])]
    )
    smaller = Mixture([0.5, 0.5], [[0.0, 0.0], [0.0, 30.0]], [np.diag([25.0, 1.0]), np.eye(2)])
    identity = Standardization(np.zeros(2), np.ones(2))
    problem = FitProblem(Rows(rows), 3, structure_named(name), VarianceFloor(1e-6), identity)
    split = SplitStart(smaller, 0, 0).beginning(problem).first
    halves = [0, 2]
    np.testing.assert_allclose(split.weights, [0.25, 0.5, 0.25])
    np.testing.assert_allclose(split.means[halves].mean(axis=0), [0.0, 0.0], atol=1e-9)
    assert abs(split.means[2, 0] - split.means[0, 0]) == pytest.approx(2 * 0.7 * 5, rel=0.05)
    assert abs(split.means[2, 1] - split.means[0, 1]) < 0.3
    if name in ("full", "diag"):
        between = np.outer(split.means[0], split.means[0])
        np.testing.assert_allclose(split.covariances[0] + between, [[25.0, 0.0], [0.0, 1.0]], atol=1.0)


def test_the_likeliest_splits_are_climbed_from() -> None:
    assert most_promising([1.0, -np.inf, 3.0, np.nan, 2.0], 2) == [2, 4]
    assert [
        start.component for start in split_starts(Mixture([0.5, 0.5], [[0.0], [1.0]], np.ones((2, 1, 1))), 0)
    ] == [
        0,
        1,
    ]


def test_it_finds_a_component_that_no_random_start_finds() -> None:
    """Six tight clusters far apart and seven components: one restart seldom has them all, the splits do."""
    rng = np.random.default_rng(1)
    rows = np.concatenate([rng.normal(size=(60, 2)) + 12 * np.array([k % 4, k // 4]) for k in range(8)])
    plain = fit(rows, FitSpecification(8, "spherical", n_init=1, init="random responsibilities"))
    grown = fit(rows, FitSpecification(8, "spherical", n_init=1, init=SPLITS))
    assert grown.log_likelihood > plain.log_likelihood + 100
    assert np.sort(grown.mixture.weights) == pytest.approx(np.full(8, 1 / 8), abs=1e-3)


def test_stopped_before_the_splits_it_is_the_best_random_restart(faithful: FloatArray) -> None:
    asked = FitSpecification(4, n_init=2, init=SPLITS)
    plain = fit(faithful, replace(asked, init="mixed"))
    steps = fitting(faithful, asked)
    next(progress for progress in steps if progress.share > 0.4)  # in the smaller fits
    with pytest.raises(StopIteration) as finished:
        steps.throw(StopFitting())
    found: Fit = finished.value.value
    assert found.mixture.n_components == 4
    assert found.log_likelihood == plain.log_likelihood
    assert len(found.runs) == 2


def test_progress_rises_to_the_end(faithful: FloatArray) -> None:
    shares = [progress.share for progress in fitting(faithful, FitSpecification(3, n_init=2, init=SPLITS))]
    assert shares == sorted(shares)
    assert 0.6 < shares[-1] <= 1


def test_a_cell_that_cannot_be_fitted_says_why_and_a_stopped_one_is_none(faithful: FloatArray) -> None:
    asked = cell_specifications(FitSpecification(), 3, ["full"])
    few = np.array([[0.0, 1.0], [1.0, 0.0]] * 5)
    found: Fitted = ended(fitting_cell(few, asked[2], None))
    assert found.fit is None
    assert "different rows" in found.cell.refusal
    assert found.cell.value("BIC") is None
    assert ranked([found.cell], "BIC") == []
    steps = fitting_cell(faithful, asked[2], None)
    next(steps)
    with pytest.raises(StopIteration) as finished:
        steps.throw(StopFitting())
    assert finished.value.value is None


def test_splits_that_fail_leave_the_random_restarts(
    faithful: FloatArray, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(request: FitRequest) -> Assembly:
        if request.starts is not None and isinstance(request.starts[0], SplitStart):
            raise FitError("No restart ended in a valid mixture.")
        return assembled(request)

    assembled = Assembly.of
    monkeypatch.setattr(Assembly, "of", failing)
    found = fit(faithful, FitSpecification(5, n_init=2, init=SPLITS))
    assert [run.kind for run in found.runs] == ["short runs", "short runs"]


def test_a_grown_fit_is_told_once_that_it_is_to_stop(faithful: FloatArray) -> None:
    """Told at a checkpoint of one fit, it makes none of those that would have followed."""
    asked = FitSpecification(4, n_init=2, init=SPLITS, tolerance=0.0)
    told = False

    def stop() -> None:
        nonlocal told
        if begun and not told:
            told = True
            raise StopFitting

    begun = False
    steps, shares = fitting(faithful, asked, engine="blocked"), []
    with interruptible(stop), pytest.raises(StopIteration) as finished:
        while True:
            shares.append(next(steps).share)
            begun = True
    found: Fit = finished.value.value
    assert told
    assert len(shares) == 1
    assert any("The fit was stopped" in warning for warning in found.warnings)
    assert found.mixture.n_components == 4


@pytest.mark.parametrize("n_components", [3, 6])
def test_rows_are_validated_and_put_in_order_once_for_all_fits_of_a_grown_one(
    n_components: int, faithful: FloatArray, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []

    def counted(name: str, original: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any) -> Any:
            calls.append(name)
            return original(*given)

        return call

    for name in ("as_matrix", "as_row_weights"):
        monkeypatch.setattr(request_module, name, counted(name, getattr(request_module, name)))
    monkeypatch.setattr(CanonicalRows, "of", counted("in order", CanonicalRows.of))
    asked = FitSpecification(n_components, n_init=1, init=SPLITS, max_iterations=5)
    fit(faithful, asked, sample_weight=np.arange(1.0, len(faithful) + 1))
    assert sorted(calls) == ["as_matrix", "as_row_weights", "in order"]


def test_data_that_cannot_be_fitted_is_refused() -> None:
    with pytest.raises(DataError):
        fit(np.ones((20, 2)), FitSpecification(3, init=SPLITS))
