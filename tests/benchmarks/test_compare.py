"""The comparison with peers compares like with like, and its tables say what was measured. Nothing is timed here."""

import json
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from benchmarks.book import Book
from benchmarks.compare import BEGIN, END, README, tasks, with_ratios, written_out
from benchmarks.growth_plot import LogarithmicAxis, growth_plot
from benchmarks.memory import peak_bytes
from benchmarks.peers import PEERS, SOLVERS
from benchmarks.plain_script import WITHOUT_CODE, first_times, no_machine_code, script_times
from benchmarks.problems import GROWTH, ITERATION_ROWS, SOLUTION_ROWS, IterationRow, Problem, SolutionRow
from benchmarks.results_folder import COMMITTED
from benchmarks.tables import FIRST_ROWS, _rounded, ratios, report
from benchmarks.timing import Times, in_turn, iteration_times, mean_log_likelihood, solution_times
from gmm_core.engines import code_maker as making
from gmm_core.engines import machine_code
from gmm_core.model.mixture import Mixture

SMALL = Problem(300, 2, 3)
INSTALLED = [peer for peer in PEERS.values() if peer.is_installed]
MACHINE = {"processor": "An abacus", "cores": "2", "system": "Linux", "NumPy": "2"}


@pytest.fixture(autouse=True)
def no_rest_between_two_peers(monkeypatch: pytest.MonkeyPatch) -> None:
    """It keeps times comparable, and no test looks at times."""
    monkeypatch.setattr("benchmarks.timing.sleep", lambda seconds: None)


def test_every_installed_peer_takes_the_same_steps_from_the_same_start() -> None:
    row = IterationRow(SMALL, iterations=3, rounds=2)
    times = iteration_times(row, INSTALLED)
    assert list(times) == [peer.name for peer in INSTALLED]
    assert {"ours", "scikit-learn"} <= set(times)
    assert all(len(found.seconds) == 2 for found in times.values())


def test_a_peer_that_does_something_else_is_found_out() -> None:
    def lazy(X: np.ndarray, start: Mixture, n: int) -> Mixture:
        return start

    ours = PEERS["ours"]
    idle = type(ours)("idle", ours.package, ours.module, lazy)
    with pytest.raises(RuntimeError, match="differ in what they computed"):
        iteration_times(IterationRow(SMALL, iterations=3, rounds=1), [ours, idle])


def test_a_peer_that_stops_early_has_no_time_per_iteration() -> None:
    X = np.random.default_rng(0).normal(size=(50, 2))
    one = Problem(50, 2, 1)
    with pytest.raises(RuntimeError, match="40 iterations were asked for"):
        PEERS["ours"].iterations(X, one.start(X), 40)


def test_who_is_not_installed_is_left_out_with_a_sentence() -> None:
    ours = PEERS["ours"]
    absent = type(ours)("absent", "no-such-package", "no_such_module", ours.iterations)
    assert not absent.is_installed
    assert absent.absence == "absent is left out: it is not installed (pip install no-such-package)."


def test_every_solver_fits_and_stands_in_the_order_of_its_row() -> None:
    names = tuple(name for name, solver in SOLVERS.items() if PEERS[solver.peer].is_installed)
    times = solution_times(SolutionRow(SMALL, names, seeds=(0, 1)))
    assert tuple(times) == names
    X = SMALL.rows()
    truth = mean_log_likelihood(SMALL.truth(), X)
    for found in times.values():
        assert len(found.log_likelihoods) == 2
        assert min(found.log_likelihoods) > truth - 0.05


def test_a_plain_script_fits_one_seed_after_another() -> None:
    times = script_times(SolutionRow(SMALL, ("ours",), seeds=(0, 1)))
    assert list(times) == ["ours"]
    in_this_process = solution_times(SolutionRow(SMALL, ("ours",), seeds=(0, 1)))["ours"]
    assert times["ours"].log_likelihoods == pytest.approx(in_this_process.log_likelihoods, rel=1e-10)


def test_a_first_fit_is_timed_with_machine_code_and_without() -> None:
    times = first_times(SolutionRow(SMALL, ("ours",), ()), rounds=1)
    assert list(times) == ["ours", WITHOUT_CODE]
    assert times["ours"].log_likelihoods == pytest.approx(times[WITHOUT_CODE].log_likelihoods, rel=1e-10)


def test_where_there_is_to_be_no_machine_code_none_is_found_and_none_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with no_machine_code() as environment:
        monkeypatch.setenv("NUMBA_CACHE_DIR", environment["NUMBA_CACHE_DIR"])
        assert making.request() and machine_code.ready() is None
        folder = Path(environment["NUMBA_CACHE_DIR"])
        assert {path.name for path in folder.rglob("*")} == {"gmm-explorer", "lock"}


def test_rounds_go_in_turn_and_each_begins_with_another() -> None:
    calls: list[str] = []

    def noted(name: str) -> tuple[float, float]:
        calls.append(name)
        return float(len(calls)), 0.0

    times = in_turn({name: [lambda name=name: noted(name)] * 3 for name in "abc"}, rest=0.0)  # type: ignore[misc]
    assert "".join(calls) == "abcbcacab"
    assert times["a"].seconds == (1.0, 6.0, 8.0)
    assert times["a"].median == 6.0


def test_the_rows_are_different_problems_and_the_same_problem_has_the_same_rows() -> None:
    np.testing.assert_array_equal(SMALL.rows(), Problem(300, 2, 3).rows())
    assert SMALL.rows().shape == (300, 2)
    kinds = [(task.kind, task.problem) for task in tasks()]
    assert len(set(kinds)) == len(kinds)
    assert {row.problem for row in ITERATION_ROWS} <= {problem for kind, problem in kinds if kind == "memory"}
    assert {solver for row in SOLUTION_ROWS for solver in row.solvers} <= set(SOLVERS)


def test_memory_is_that_beside_the_data() -> None:
    problem = Problem(20_000, 2, 20)
    scores = 8 * problem.n_rows * problem.n_components
    assert scores < peak_bytes("scikit-learn", problem) < 20 * scores


def filled(path: Path) -> Book:
    """A book in which ours takes one second, scikit-learn twenty and oneDAL two."""
    book = Book(path, MACHINE)
    values = {"ours": 1.0, "ours, n_init=10": 1.0, "scikit-learn": 20.0, "scikit-learn, n_init=10": 20.0}
    values |= {"scikit-learn, n_init=10, patient": 50.0, "ours, n_init=10, hasty": 0.5}
    times = {
        name: {"seconds": [seconds, seconds], "log_likelihoods": [-1.0, -1.0]}
        for name, seconds in {**values, "oneDAL": 2.0}.items()
    }
    for row in ITERATION_ROWS:
        book.write("iteration", row.problem, times)
        book.write("memory", row.problem, {"ours": 2**20, "scikit-learn": 2**24})
    for fits in SOLUTION_ROWS:
        book.write("solution", fits.problem, times)
    for fits in FIRST_ROWS:
        without = {WITHOUT_CODE: {"seconds": [4.0], "log_likelihoods": [-1.0]}}
        book.write("first fit", fits.problem, times | without)
    for index, problem in enumerate(GROWTH["N"]):
        seconds = {"ours": {"seconds": [10.0**index], "log_likelihoods": [-1.0]}}
        book.write("iteration", problem, seconds)
    return book


def test_the_table_of_ratios_says_how_many_times_longer_the_others_take(tmp_path: Path) -> None:
    table = ratios(filled(tmp_path / "speed.json"))
    assert "| one EM iteration, 100,000×2, K = 3 | 20 | 2 |" in table
    assert "| whole fit, 1,000×2, K = 3, n_init = 10 | 20 | – |" in table
    assert "| whole fit, 1,000×2, K = 3, n_init = 10, both with tol = 1e-3 | 40 | – |" in table
    assert "| whole fit, 1,000×2, K = 3, n_init = 10, both with tol = 1e-6 | 50 | – |" in table
    assert "| whole fit, 1,000,000×10, K = 10, defaults | 20 | 2 |" in table
    first = "| first fit of a process, 1,000×2, K = 3, n_init = 10, both with tol = 1e-6"
    assert f"{first} | 50 | – |" in table and f"{first}, no machine code yet | 12 | – |" in table
    assert "| first fit of a process, 100,000×5, K = 5, defaults | 20 | 2 |" in table
    assert table.endswith("Measured on An abacus, 2 cores, Linux; NumPy 2.")


def test_a_book_keeps_its_rows_and_drops_those_of_another_machine(tmp_path: Path) -> None:
    path = tmp_path / "speed.json"
    filled(path)
    again = Book(path, MACHINE)
    problem = ITERATION_ROWS[0].problem
    assert again.times("iteration", problem)["oneDAL"] == Times((2.0, 2.0), (-1.0, -1.0))
    assert again.peak_bytes(problem)["ours"] == 2**20
    assert Book.written(path).machine == MACHINE
    assert Book(path, {**MACHINE, "NumPy": "3"}).times("iteration", problem) == {}


def test_what_was_not_measured_is_a_dash(tmp_path: Path) -> None:
    empty = Book(tmp_path / "speed.json", MACHINE)
    assert "| 100,000×2, K = 3 | – |" in report(empty)
    assert growth_plot(empty).count("not measured") == 9
    written_out(filled(tmp_path / "speed.json"), tmp_path)
    assert "| 100,000×2, K = 3 | 1 (1–1) |" in (tmp_path / "speed.md").read_text()
    picture = ElementTree.fromstring((tmp_path / "growth.svg").read_text())
    lines = picture.iter("{http://www.w3.org/2000/svg}polyline")
    assert max(len(line.attrib["points"].split()) for line in lines) == len(GROWTH["N"])


def test_a_logarithmic_axis_has_its_powers_of_ten() -> None:
    axis = LogarithmicAxis(0.5, 200.0, 100.0)
    assert axis.ticks() == [1.0, 10.0, 100.0]
    np.testing.assert_allclose(
        [axis.place(value) for value in (0.5, 10.0, 200.0)], [0.0, 50.0, 100.0], atol=1e-9
    )


def test_readme_shows_the_ratios_that_were_measured() -> None:
    text, book = README.read_text(encoding="utf-8"), Book.written(COMMITTED / "speed.json")
    assert text.count(BEGIN) == text.count(END) == 1
    assert with_ratios(text, book) == text
    assert (COMMITTED / "speed.md").read_text(encoding="utf-8") == report(book)


def test_results_name_no_place_on_the_machine() -> None:
    kept = (COMMITTED / "speed.json").read_text(encoding="utf-8")
    assert set(json.loads(kept)) == {"machine", "measurements"}
    assert not any(place in kept for place in ("/home", "/work", "/tmp", "/root"))


def test_ratios_are_written_out_to_two_digits() -> None:
    assert [_rounded(ratio) for ratio in (0.523, 8.66, 14.04, 123.4)] == ["0.52", "8.7", "14", "120"]
