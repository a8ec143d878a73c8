"""Every engine gives the same statistics for any mixture and any rows, whatever the threads."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import numpy as np
import pytest
from scipy.special import logsumexp

from gmm_core.engines import choice
from gmm_core.engines import code_maker as making
from gmm_core.engines.choice import (
    AUTOMATIC,
    ENGINES,
    engine_name,
    engine_named,
    warm_up,
    warm_up_in_background,
)
from gmm_core.engines.numba import engine as compiled
from gmm_core.engines.numba.elementary import add_logarithms, powers_of_two
from gmm_core.errors import ParameterError
from gmm_core.fitting.fit import fit
from gmm_core.fitting.specification import FitSpecification
from gmm_core.model.mixture import Mixture
from gmm_core.model.statistics import Moments

EVERY = pytest.mark.parametrize("name", ENGINES)
SHAPES = [
    (1, 1, 1),
    (3, 2, 2),
    (255, 2, 3),
    (256, 3, 2),
    (257, 1, 5),
    (700, 5, 3),
    (700, 6, 3),
    (700, 7, 2),
    (700, 8, 2),
    (700, 9, 2),
    (2_000, 4, 20),
    (9_000, 10, 4),
    (900, 50, 3),
]


def problem(
    n_rows: int, n_features: int, n_components: int, offset: float = 0.0, diagonal: bool = False
) -> tuple[np.ndarray, Mixture]:
    rng = np.random.default_rng(n_rows)
    factors = rng.normal(size=(n_components, n_features, n_features)) + 2 * np.eye(n_features)
    means = rng.normal(scale=3, size=(n_components, n_features))
    weights = rng.dirichlet(np.full(n_components, 3.0))
    X = means[rng.integers(n_components, size=n_rows)] + rng.normal(scale=2, size=(n_rows, n_features))
    covariances = factors @ factors.transpose(0, 2, 1) * (np.eye(n_features) if diagonal else 1.0)
    return X + offset, Mixture(weights, means + offset, covariances)


def definition(X: np.ndarray, mixture: Mixture, each: np.ndarray) -> dict[str, np.ndarray]:
    """The statistics as they are written, in more digits than either engine has."""
    from_means = X.astype(np.longdouble)[:, None, :] - mixture.means
    whitened = np.einsum("kij,nkj->nki", mixture.whitening.astype(np.longdouble), from_means)
    log_joint = mixture.log_normalizers - 0.5 * np.square(whitened).sum(axis=2)
    log_density = logsumexp(log_joint, axis=1)
    shares = np.exp(log_joint - log_density[:, None]) * each[:, None]
    weighted = shares[:, :, None] * from_means
    return {
        "counts": shares.sum(axis=0),
        "sums": weighted.sum(axis=0),
        "scatter": np.stack([weighted[:, k].T @ from_means[:, k] for k in range(len(mixture.weights))]),
        "log_likelihood": log_density @ each,
    }


@EVERY
@pytest.mark.parametrize("diagonal", [False, True], ids=["full", "diagonal"])
@pytest.mark.parametrize("moments", Moments)
@pytest.mark.parametrize("offset", [0.0, 1e4, 1e8])
@pytest.mark.parametrize("shape", SHAPES)
def test_the_statistics_are_those_of_the_definition(
    name: str, shape: tuple[int, int, int], offset: float, moments: Moments, diagonal: bool
) -> None:
    X, mixture = problem(*shape, offset, diagonal)
    for weight in (None, np.random.default_rng(1).uniform(0, 3, len(X))):
        found = engine_named(name, X, weight).expectation(mixture.scores, moments)
        expected = definition(X, mixture, np.ones(len(X)) if weight is None else weight)
        if moments is Moments.DIAGONAL:
            expected["scatter"] = np.diagonal(expected["scatter"], axis1=1, axis2=2)
        for quantity, value in expected.items():
            scale = float(np.abs(value).max()) + 1
            np.testing.assert_allclose(getattr(found, quantity), value, rtol=1e-10, atol=1e-10 * scale)


@EVERY
@pytest.mark.parametrize("diagonal", [False, True], ids=["full", "diagonal"])
def test_rows_too_far_for_any_density_are_no_finite_likelihood(name: str, diagonal: bool) -> None:
    X, mixture = problem(300, 2, 2, diagonal=diagonal)
    X[7] = 1e200
    with np.errstate(all="ignore"):
        found = engine_named(name, X).expectation(mixture.scores, Moments.DIAGONAL)
    assert not np.isfinite(found.log_likelihood)


@EVERY
@pytest.mark.parametrize("diagonal", [False, True], ids=["full", "diagonal"])
def test_densities_that_underflow_keep_their_logarithms(name: str, diagonal: bool) -> None:
    X, mixture = problem(300, 3, 2, diagonal=diagonal)
    X += 1e5  # densities of e^(-1e9), which no number holds
    found = engine_named(name, X).expectation(mixture.scores, Moments.DIAGONAL)
    expected = definition(X, mixture, np.ones(300))
    assert found.log_likelihood == pytest.approx(float(expected["log_likelihood"]), rel=1e-12)
    np.testing.assert_allclose(found.counts, expected["counts"].astype(float), rtol=1e-10)


@EVERY
def test_a_component_without_weight_has_no_rows(name: str) -> None:
    X, mixture = problem(300, 3, 2)
    without = Mixture([0.0, 1.0], mixture.means, mixture.covariances)
    found = engine_named(name, X).expectation(without.scores)
    np.testing.assert_array_equal(found.counts, [0.0, 300.0])
    assert not found.scatter[0].any()


@pytest.mark.parametrize("locked", [False, True])
def test_rows_may_be_locked_or_lie_in_any_order(locked: bool) -> None:
    X, mixture = problem(600, 3, 2)
    given = np.asfortranarray(X)
    if locked:
        given.setflags(write=False)
    found = engine_named("compiled", given).expectation(mixture.scores)
    expected = engine_named("compiled", X).expectation(mixture.scores)
    assert found.scatter.tobytes() == expected.scatter.tobytes()


@EVERY
def test_an_engine_knows_its_rows(name: str) -> None:
    X, mixture = problem(700, 3, 2)
    engine = engine_named(name, X)
    assert engine.total_weight == 700.0
    np.testing.assert_array_equal(engine.least_likely_row(mixture.scores), X[mixture.log_density(X).argmin()])


@EVERY
def test_a_component_far_away_takes_nothing_and_breaks_nothing(name: str) -> None:
    X, mixture = problem(300, 2, 2)
    away = Mixture(mixture.weights, mixture.means + np.array([[0.0], [1e7]]), mixture.covariances)
    found = engine_named(name, X).expectation(away.scores)
    assert found.counts[1] == 0.0
    assert found.counts.sum() == pytest.approx(300)
    assert np.isfinite(found.log_likelihood)


def test_the_compiled_power_is_exact_to_the_last_places() -> None:
    for low in (-1e-3, -1.0, -40.0, -1000.0):
        values = np.linspace(low, 0.0, 256)
        expected, total, inverse = np.exp2(values), np.ones(256), np.ones(256)
        both = np.stack([values, np.zeros(256)])
        powers_of_two(both, np.zeros(256), total, inverse, 256)
        np.testing.assert_allclose(both, [expected, np.ones(256)], rtol=4e-16)
        np.testing.assert_allclose(total, 1.0 + expected, rtol=4e-16)
        np.testing.assert_allclose(inverse, 1.0 / total, rtol=0)


def test_what_is_too_small_for_the_power_is_nothing() -> None:
    values = np.array([[-1023.0, -1100.0, -np.inf, 0.0]])
    powers_of_two(values, np.zeros(4), np.zeros(4), np.zeros(4), 4)
    np.testing.assert_array_equal(values, [[0.0, 0.0, 0.0, 1.0]])


def test_the_compiled_logarithm_is_exact_to_the_last_places() -> None:
    values = np.concatenate([np.geomspace(1.0, 1e6, 300), 1.0 + np.geomspace(1e-16, 1e-3, 300)])
    total = np.zeros(600)
    add_logarithms(values, total, 600)
    np.testing.assert_allclose(total, np.log(values), rtol=4e-16, atol=0)


def test_the_number_of_threads_changes_no_bit(monkeypatch: pytest.MonkeyPatch) -> None:
    X, mixture = problem(60_000, 5, 6)
    results = []
    for helpers in (0, 1, 4):
        with ThreadPoolExecutor(5) as pool:
            monkeypatch.setattr(compiled, "_threads", lambda pool=pool: pool)
            monkeypatch.setattr(compiled, "_helpers", lambda helpers=helpers: helpers)
            results.append(compiled.CompiledEngine(X).expectation(mixture.scores))
    for other in results[1:]:
        assert other.scatter.tobytes() == results[0].scatter.tobytes()
        assert other.log_likelihood == results[0].log_likelihood


def test_a_fit_says_which_engine_it_used_and_both_agree() -> None:
    X, _ = problem(2_000, 3, 3)
    specification = FitSpecification(n_components=3, n_init=2, max_iterations=30)
    slow, fast = (fit(X, specification, engine=name) for name in ENGINES)
    assert (slow.engine, fast.engine) == ("blocked", "compiled")
    np.testing.assert_allclose(fast.mixture.covariances, slow.mixture.covariances, rtol=1e-8, atol=1e-10)
    for one, other in zip(slow.runs, fast.runs, strict=True):
        length = min(len(one.log_likelihoods), len(other.log_likelihoods))
        np.testing.assert_allclose(other.log_likelihoods[:length], one.log_likelihoods[:length], rtol=1e-10)


def test_compiled_code_on_disk_is_loaded_when_it_is_worth_it_and_not_before() -> None:
    script = (
        "import sys\n"
        "from gmm_core.engines.choice import engine_name, spend\n"
        "small = (150, 4, 3, 1, 500)\n"
        "print(engine_name(*small), 'numba' in sys.modules)\n"
        "spend(0.5)\n"
        "print(engine_name(*small), 'numba' in sys.modules, engine_name(10, 1, 1, 1, 1))"
    )
    assert making.wait() is not None
    finished = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert finished.stdout.splitlines() == ["blocked False", "compiled True compiled"]
    assert finished.stderr == ""


@pytest.mark.parametrize("shape", [(1_000, 2, 3, 10), (1_000_000, 10, 10, 1), (100_000, 2, 20, 1)])
def test_one_large_fit_is_worth_it_by_itself(
    shape: tuple[int, int, int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(choice, "_loaded", Event())
    monkeypatch.setattr(choice, "_spent", 0.0)
    assert engine_name(*shape, 500) == "compiled"


def test_small_fits_are_counted_until_they_are_worth_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choice, "_loaded", Event())
    monkeypatch.setattr(choice, "_spent", 0.0)
    X, _ = problem(100, 2, 2)
    engines = [fit(X, FitSpecification(n_components=2, n_init=1, seed=seed)).engine for seed in range(25)]
    assert engines[0] == "blocked" and engines[-1] == "compiled"
    assert sorted(engines) == engines  # and once it is there, it stays


def test_warming_up_twice_is_once() -> None:
    warm_up()
    thread = warm_up_in_background()
    assert warm_up_in_background() is thread
    thread.join()
    assert engine_name(10, 2, 1, 1, 1) == "compiled"


def test_an_unknown_engine_is_refused() -> None:
    with pytest.raises(ParameterError, match=f"choose one of {AUTOMATIC}, blocked, compiled"):
        fit(np.eye(3), FitSpecification(n_components=1), engine="steam")
