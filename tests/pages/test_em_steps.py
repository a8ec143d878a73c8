"""The page EM step by step through AppTest: any number of features, K = 1, many rows, means placed by hand."""

from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from gmm_core.fitting.fit import fit
from gmm_core.fitting.specification import FitSpecification
from gmm_core.model.mixture import Mixture
from gmm_core.starts.kinds import GivenMixture
from ui.uploads.upload import WAITING
from ui.views.em_steps.start import _rank_sentence

REPOSITORY = Path(__file__).parents[2]
PAGE = "pages/learn/em_steps.py"


def opened(**query: str) -> AppTest:
    app = AppTest.from_file(REPOSITORY / "app.py", default_timeout=120)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    app.switch_page(PAGE).run()
    assert not app.exception
    return app


def films(app: AppTest) -> int:
    """How many films are on the screen: components of our own are opaque to AppTest but for their number."""
    return len(app.get("bidi_component"))


def starts(app: AppTest) -> list[str]:
    return list(app.selectbox(key="start").options)


@pytest.mark.parametrize("n_features", [1, 2, 3, 8])
@pytest.mark.parametrize("k", [1, 4])
def test_any_number_of_features_has_a_film(n_features: int, k: int) -> None:
    app = opened(blobs_n_features=str(n_features), k=str(k))
    assert films(app) == 1
    assert len(starts(app)) == 4 + 1
    if n_features > 2:
        app.segmented_control(key="film_view").set_value("principal").run()
        assert not app.exception
        assert films(app) == 1


def test_every_restart_can_be_seen() -> None:
    app = opened(n_init="3")
    *restarts, by_hand = starts(app)
    assert by_hand == "Placed by hand"
    assert [name.split(":")[0] for name in restarts] == ["Restart 1", "Restart 2", "Restart 3"]
    told = []
    for number in (1, 2, 3):
        app.selectbox(key="start").set_value(f"restart {number}").run()
        assert not app.exception
        assert films(app) == 1
        told += [caption.value for caption in app.caption if caption.value.startswith("Ends at ")]
    assert len(told) == 3
    assert sum("the best of 3 restarts" in sentence for sentence in told) == 1


def test_a_restart_that_ended_higher_by_a_narrow_component_is_said_not_to_be_best() -> None:
    rows = np.concatenate([[[1.5, 1.5]], np.random.default_rng(1).normal(size=(60, 2))])
    spike = Mixture([0.1, 0.9], [[1.5, 1.5], [0.0, 0.0]], np.stack([1e-9 * np.eye(2), np.eye(2)]))
    good = Mixture([0.5, 0.5], [[1.0, 1.0], [-1.0, -1.0]], np.stack([np.eye(2)] * 2))
    found = fit(rows, FitSpecification(2), starts=[GivenMixture(spike), GivenMixture(good)])
    assert "narrow component on few rows gained that" in _rank_sentence(found, 0)


@pytest.mark.parametrize(
    ("linked", "shown"),
    [
        ("Restart 3: random points, −220.317 (best)", "restart 3"),
        ("Restart 3: told otherwise in another version, −1", "restart 3"),
        ("Restart 4", "restart 4"),
        ("Restart 300: random points, −220.317", "restart 2"),
        ("nonsense", "restart 2"),
    ],
)
def test_a_link_to_a_restart_is_found_by_its_number(linked: str, shown: str) -> None:
    assert opened().selectbox(key="start").value == "restart 2"  # the longest
    app = opened(start=linked)
    assert app.selectbox(key="start").value == shown
    assert films(app) == 1


@pytest.mark.parametrize("n_features", [1, 2, 3])
def test_means_are_placed_by_hand_undone_and_reset(n_features: int) -> None:
    app = opened(blobs_n_features=str(n_features), k="2")
    app.selectbox(key="start").set_value("by hand").run()
    assert not app.exception
    text = "0; 2" if n_features == 1 else "0, 0; 2, 1"
    app.text_input(key="means").set_value(text).run()
    assert not app.exception
    assert films(app) == 1
    undo, reset = (button for button in app.button if button.label in ("Undo", "Reset"))
    undo.click().run()
    assert app.session_state["means"] == text.split(";")[0]
    reset.click().run()
    assert app.session_state["means"] == ""
    assert not app.exception


def test_nonsense_for_means_is_no_end() -> None:
    app = opened(start="Placed by hand", means="1e999, x; ;;;")
    assert not app.exception
    assert films(app) == 1


def test_fifty_thousand_rows_have_a_film() -> None:
    app = opened(blobs_n_samples="50000", n_init="1", k="2")
    assert films(app) == 1


def test_what_stands_in_the_way_is_said_once() -> None:
    app = opened(data="Upload a file")
    assert not app.exception
    assert sum(WAITING.partition(":")[0] in warning.value for warning in app.warning) == 1
