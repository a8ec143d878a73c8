"""What a film sends to the browser: arrays whose shapes and values the pictures there rely on."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from gmm_core.fitting.fit import fit
from gmm_core.fitting.restart_result import Run
from gmm_core.fitting.specification import FitSpecification
from gmm_core.model.covariance.catalogue import structure_named
from gmm_core.studies.em_film import Film
from tests.ui.chart.messages import unpack
from ui.figures.base.blend import oklab
from ui.figures.base.palette import colour
from ui.figures.film.line import film_line
from ui.figures.film.plane import film_plane
from ui.figures.film.strips import START_BELOW
from ui.views.em_steps import film as component
from ui.views.em_steps.film import FilmContent, FilmSentences, clicked_place, show_film, show_mean_placement

RNG = np.random.default_rng(5)
ROWS = np.concatenate([RNG.normal(size=(30, 2)), RNG.normal(size=(20, 2)) + 4.0])
NUMBERS = np.arange(50) + 101
COLOUR_NUMBERS = (3, 1)
FULL = structure_named("full")
WORDS = FilmSentences(start="from here", ending="it stopped", last="Converged", units="cm", notes=("a note",))


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The messages that reach the component."""
    messages: list[dict[str, Any]] = []
    monkeypatch.setattr(component, "ensure_plotly_javascript", lambda: "plotly.js")
    monkeypatch.setattr(component, "_mount", lambda **mounted: messages.append(unpack(mounted["data"])))
    return messages


def run_on(rows: np.ndarray) -> Run:
    return fit(rows, FitSpecification(2, n_init=1)).best


def showing(rows: np.ndarray, run: Run) -> FilmContent:
    film = Film.of(run, rows, lambda mixture: mixture)
    labels = ["a", "b"][: rows.shape[1]]
    picture = (
        film_plane(rows, labels, film, colour_numbers=COLOUR_NUMBERS, row_numbers=NUMBERS)
        if rows.shape[1] == 2
        else film_line(rows, "a", film, all_values=rows, colour_numbers=COLOUR_NUMBERS, row_numbers=NUMBERS)
    )
    return FilmContent(film, picture, labels, NUMBERS, COLOUR_NUMBERS, 5_000, FULL.formula, "run 1", WORDS)


def test_every_state_of_the_run_arrives_flat(sent: list[dict[str, Any]]) -> None:
    run = run_on(ROWS)
    show_film(showing(ROWS, run), key="film", revision="r")
    (message,) = sent
    film, n_states = message["numbers"]["film"], len(run.log_likelihoods)
    assert film["iterations"] == list(range(n_states))
    assert film["log_likelihoods"] == run.log_likelihoods.tolist()
    means = np.reshape(film["means"], (n_states, 2, 2))
    np.testing.assert_array_equal(means[-1], run.mixture.means)
    np.testing.assert_array_equal(
        np.reshape(film["covariances"], (n_states, 2, 2, 2))[-1], run.mixture.covariances
    )
    joint = np.reshape(film["log_joint"], (n_states, 50, 2))[-1]
    shares = np.exp(joint - np.logaddexp.reduce(joint, axis=1)[:, None])
    np.testing.assert_allclose(shares, run.mixture.responsibilities(ROWS), atol=1e-5)


def test_points_their_names_and_colours_arrive(sent: list[dict[str, Any]]) -> None:
    run = run_on(ROWS)
    show_film(showing(ROWS, run), key="film", revision="r")
    numbers = sent[0]["numbers"]
    np.testing.assert_allclose(np.reshape(numbers["points"], (50, 2)), ROWS, rtol=1e-6)
    assert numbers["rows"] == NUMBERS.tolist()
    assert sorted(numbers["order"]) == list(range(50))
    assert numbers["colors"] == [colour(colour_number) for colour_number in COLOUR_NUMBERS]
    np.testing.assert_allclose(numbers["laboratory"], oklab(numbers["colors"]))
    assert len(numbers["shades"]) == 3 * 256
    shares = run.mixture.responsibilities(ROWS).max(axis=1)
    assert shares[numbers["first_pick"]] == pytest.approx(shares.min(), abs=1e-5)
    assert (numbers["scene"], numbers["total_rows"]) == ("plane", 5_000)


def test_one_feature_is_a_line_with_its_grid(sent: list[dict[str, Any]]) -> None:
    rows = ROWS[:, :1]
    show_film(showing(rows, run_on(rows)), key="film", revision="r")
    numbers = sent[0]["numbers"]
    assert numbers["scene"] == "line"
    assert numbers["grid"][0] < rows.min() < rows.max() < numbers["grid"][-1]


def test_the_words_come_with_what_the_picture_has_to_say(sent: list[dict[str, Any]]) -> None:
    show_film(showing(ROWS, run_on(ROWS)), key="film", revision="r")
    words = sent[0]["words"]
    assert {name: words[name] for name in ("start", "ending", "last", "units")} == {
        "start": "from here",
        "ending": "it stopped",
        "last": "Converged",
        "units": "cm",
    }
    assert "a note" in words["notes"]


def test_waiting_for_means_there_is_no_film(sent: list[dict[str, Any]]) -> None:
    picture = showing(ROWS, run_on(ROWS)).picture
    show_mean_placement(picture, "Click.", key="film", identity="placing", on_click=lambda: None)
    (message,) = sent
    assert message["placing_means"]
    assert message["numbers"]["film"] is None
    assert message["words"]["instruction"] == "Click."
    assert list(message["figures"]) == ["picture"]
    assert clicked_place("film") is None


@pytest.mark.parametrize(("start", "waits_at"), [(-430.0, None), (-5_000.0, START_BELOW)])
def test_the_mark_of_a_start_below_the_curve_waits_where_that_is_told(
    start: float, waits_at: str | None, sent: list[dict[str, Any]]
) -> None:
    shown = showing(ROWS, run_on(ROWS))
    values = np.array([start, -400.0, -390.0])
    film = replace(
        shown.film,
        iterations=np.arange(3),
        log_likelihoods=values,
        mixtures=shown.film.mixtures[:1] * 3,
        log_joint=np.repeat(shown.film.log_joint[:1], 3, axis=0),
        reseeded=np.zeros(3, dtype=np.int64),
    )
    show_film(replace(shown, film=film), key="film", revision="r")
    curve = sent[0]["figures"]["curve"]
    (lowest,) = curve["lowest"]
    places = {trace["uid"]: trace["y"] for trace in curve["figure"]["data"]}
    if waits_at is None:
        assert START_BELOW not in places
        assert lowest < start
    else:
        assert [lowest] == places[waits_at]
        assert start < lowest < values[1]
