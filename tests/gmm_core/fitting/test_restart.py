"""The transitions of a restart: what leads from where to where, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice

import numpy as np
import pytest

from gmm_core.em.loop import em_iterations
from gmm_core.errors import FitError
from gmm_core.fitting.restart import FitContext, Restart, RestartState, TransitionError
from gmm_core.fitting.restart_result import Ending, RunRecorder
from gmm_core.fitting.specification import FitSpecification
from gmm_core.model.covariance.catalogue import structure_named
from gmm_core.model.covariance.regularization import VarianceFloor
from gmm_core.model.standardization import Standardization
from gmm_core.rows.rows import Rows
from gmm_core.starts.beginning import Beginning
from gmm_core.starts.kinds import GivenMeans, Start
from gmm_core.starts.problem import FitProblem

RNG = np.random.default_rng(0)
X = np.concatenate([RNG.normal(size=(120, 2)), RNG.normal(size=(80, 2)) + 3.0])
IDENTITY = Standardization(np.zeros(2), np.ones(2))
MEANS = GivenMeans([[0.0, 0.0], [3.0, 3.0]])


def context(rows: np.ndarray = X, **how: float | str) -> FitContext:
    problem = FitProblem(Rows(rows), 2, structure_named("full"), VarianceFloor(1e-6), IDENTITY)
    return FitContext(
        problem,
        problem.rows.engine("blocked"),
        FitSpecification(**{"n_components": 2, "tolerance": 1e-3, **how}),
    )


def restart(start: Start = MEANS) -> Restart:
    recorder = RunRecorder(
        start.kind, 0, float(len(X)), IDENTITY, 1 << 20, False, 1.0, context().problem.cost.rescaled(len(X))
    )
    return Restart(0, 1, start, recorder)


class Failing:
    """A start that fails as often as it is told to."""

    kind = "failing"

    def __init__(self, times: int) -> None:
        self.times = times

    def beginning(self, problem: FitProblem) -> Beginning:
        self.times -= 1
        if self.times >= 0:
            raise FitError("No such start.")
        return MEANS.beginning(problem)


def to_its_end(going: Restart) -> Restart:
    while going.is_under_way:
        going.advance()
    return going


def waiting() -> Restart:
    return restart()


def under_way() -> Restart:
    found = restart()
    found.begin(context())
    found.advance()
    return found


def under_way_on_sample() -> Restart:
    found = restart()
    found.begin_on_sample(context(X[::2]))
    found.advance()
    return found


def settled_on_sample() -> Restart:
    return to_its_end(under_way_on_sample())


def stopped_on_sample() -> Restart:
    found = under_way_on_sample()
    found.stop()
    return found


def failed_on_sample() -> Restart:
    found = restart(Failing(1))
    found.begin_on_sample(context(X[::2]))
    return found


def left_behind() -> Restart:
    found = settled_on_sample()
    found.leave_behind()
    return found


def converged() -> Restart:
    return to_its_end(under_way())


def stopped() -> Restart:
    found = under_way()
    found.stop()
    return found


def failed() -> Restart:
    found = under_way()
    found.fail("Something went wrong.")
    return found


TRANSITIONS: dict[str, Callable[[Restart], None]] = {
    "begin": lambda found: found.begin(context()),
    "begin_on_sample": lambda found: found.begin_on_sample(context(X[::2])),
    "advance": Restart.advance,
    "fail": lambda found: found.fail("Something went wrong."),
    "stop": Restart.stop,
    "leave_behind": Restart.leave_behind,
    "go_on_with_all_rows": lambda found: found.go_on_with_all_rows(context()),
}
STANDING: dict[Callable[[], Restart], tuple[RestartState, Ending | None, set[str]]] = {
    waiting: (RestartState.WAITING, None, {"begin", "begin_on_sample"}),
    under_way: (RestartState.UNDER_WAY, None, {"advance", "fail", "stop"}),
    under_way_on_sample: (RestartState.UNDER_WAY, None, {"advance", "fail", "stop"}),
    settled_on_sample: (
        RestartState.SETTLED_ON_SAMPLE,
        Ending.CONVERGED,
        {"stop", "leave_behind", "go_on_with_all_rows"},
    ),
    stopped_on_sample: (RestartState.CUT_SHORT_ON_SAMPLE, Ending.STOPPED, {"go_on_with_all_rows"}),
    failed_on_sample: (RestartState.CUT_SHORT_ON_SAMPLE, Ending.FAILED, {"go_on_with_all_rows"}),
    left_behind: (RestartState.ENDED, Ending.LEFT_BEHIND, set()),
    converged: (RestartState.ENDED, Ending.CONVERGED, set()),
    stopped: (RestartState.ENDED, Ending.STOPPED, set()),
    failed: (RestartState.ENDED, Ending.FAILED, set()),
}


@pytest.mark.parametrize("transition", TRANSITIONS)
@pytest.mark.parametrize("made", STANDING, ids=lambda made: made.__name__)
def test_a_restart_takes_the_transitions_of_its_state_and_no_other(
    made: Callable[[], Restart], transition: str
) -> None:
    state, ending, allowed = STANDING[made]
    found = made()
    assert (found.state, found.ending) == (state, ending)
    if transition in allowed:
        TRANSITIONS[transition](found)
        return
    before = found.recorder.n_recorded
    with pytest.raises(TransitionError, match=f"Restart 1 cannot .*, since {state.value}"):
        TRANSITIONS[transition](found)
    assert (found.state, found.ending, found.recorder.n_recorded) == (state, ending, before)


def test_nobody_else_says_how_it_ended() -> None:
    found = under_way()
    with pytest.raises(AttributeError):
        found.ending = Ending.CONVERGED  # type: ignore[misc]
    with pytest.raises(AttributeError):
        found.state = RestartState.ENDED  # type: ignore[misc]


def test_after_the_sample_it_goes_on_from_its_last_mixture_on_all_rows() -> None:
    found = settled_on_sample()
    n_on_sample, last = found.recorder.n_recorded, found.recorder.last
    found.go_on_with_all_rows(context())
    assert found.ending is None
    run = to_its_end(found).run()
    assert run.converged
    assert run.n_on_sample == n_on_sample
    np.testing.assert_array_equal(run.mixtures[n_on_sample].means, last.reordered(run.order).means)
    assert run.log_likelihood == pytest.approx(run.mixture.log_density(X).sum())


def test_what_failed_on_the_sample_and_does_not_on_all_rows_says_no_more_that_it_failed() -> None:
    found = failed_on_sample()
    assert found.run().reason == "No such start."
    found.go_on_with_all_rows(context())
    run = to_its_end(found).run()
    assert run.converged
    assert run.reason == Ending.CONVERGED.value
    assert run.n_on_sample == 0


def test_a_start_that_fails_ends_the_restart_at_once_with_its_reason() -> None:
    found = restart(Failing(2))
    found.begin(context())
    assert found.failed
    assert found.done
    assert found.state is RestartState.ENDED
    assert found.run().reason == "No such start."


def test_one_that_is_stopped_before_its_first_iteration_has_nothing_to_show() -> None:
    found = restart()
    found.begin(context())
    found.stop()
    assert found.unfinished
    assert not found.done


def test_an_earlier_restart_from_the_same_mixture_is_followed_to_its_end() -> None:
    same = context()
    first, second = restart(), restart()
    first.begin(same)
    to_its_end(first)
    second.begin(same)
    assert second.state is RestartState.ENDED
    assert second.run().converged
    np.testing.assert_array_equal(second.run().log_likelihoods, first.run().log_likelihoods)


def test_one_that_is_not_at_its_end_is_not_followed() -> None:
    same = context()
    first, second = restart(), restart()
    first.begin(same)
    first.advance()
    first.stop()
    second.begin(same)
    assert second.is_under_way
    assert to_its_end(second).run().converged


def test_the_last_iteration_that_is_allowed_ends_it() -> None:
    found = restart()
    found.begin(context(max_iterations=2))
    run = to_its_end(found).run()
    assert run.ending is Ending.ITERATION_LIMIT
    assert run.n_iterations == 2


class Known:
    """A start that knows the first iterations from the means."""

    kind = "known"

    def __init__(self, n_iterations: int) -> None:
        self.n_iterations = n_iterations

    def beginning(self, problem: FitProblem) -> Beginning:
        first = MEANS.beginning(problem).first
        after = em_iterations(problem.rows.engine("blocked"), problem.model, first)
        *_, last = islice(after, self.n_iterations + 1)
        return Beginning(first, last.mixture, self.n_iterations)


def begun(start: Start, given: FitContext) -> Restart:
    found = restart(start)
    found.begin(given)
    return found


@pytest.mark.parametrize("n_iterations", [1, 30])
def test_a_restart_repeats_the_iterations_that_its_start_knows(n_iterations: int) -> None:
    start, given = Known(n_iterations), context()
    run, plain = (to_its_end(begun(one, context())).run() for one in (start, MEANS))
    assert run.n_repeated == n_iterations
    assert plain.n_iterations < 30  # by itself it had converged before
    assert run.n_iterations == max(plain.n_iterations, n_iterations)
    assert run.mixtures[0].means.tobytes() == plain.mixtures[0].means.tobytes()
    beginning = start.beginning(given.problem)
    assert run.mixtures[n_iterations].means[run.order].tobytes() == beginning.last.means[run.order].tobytes()


@pytest.mark.parametrize("how", [{"max_iterations": 7}, {"max_iterations": 0}, {"acceleration": "squarem"}])
def test_a_restart_begins_after_them_if_the_limit_leaves_none_or_it_is_accelerated(
    how: dict[str, float | str],
) -> None:
    start, given = Known(7), context(**how)
    run = to_its_end(begun(start, given)).run()
    assert run.n_repeated == 0
    assert run.mixtures[0].means.tobytes() == start.beginning(given.problem).last.means.tobytes()


def test_what_was_repeated_on_a_sample_delays_nothing_on_all_rows() -> None:
    found = restart(Known(30))
    found.begin_on_sample(context(X[::2]))
    to_its_end(found)
    found.go_on_with_all_rows(context())
    run = to_its_end(found).run()
    assert run.n_repeated == 30
    assert run.n_on_sample == 31
    assert run.converged
    assert run.n_iterations < 50
