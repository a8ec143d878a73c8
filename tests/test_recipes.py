"""The recipes of docs/extending.md are followed to the letter."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from gmm_core.em.squarem import ACCELERATIONS
from gmm_core.engines.blocked_numpy import BlockedEngine
from gmm_core.engines.choice import ENGINES, STARTINGS
from gmm_core.engines.numpy_starts import NumPyStarting
from gmm_core.fitting.fit import fit
from gmm_core.fitting.specification import FitSpecification
from gmm_core.model.scores import Scores
from gmm_core.model.statistics import Moments, SufficientStatistics
from ui.compute.limits import LIMITS
from ui.compute.own_task import own_task
from ui.compute.queue import Queue
from ui.lessons.lesson import read_lesson
from ui.lessons.scene import controls_of
from ui.shell import controls
from ui.shell.analysis import current_analysis
from ui.shell.control import Control, NotOffered

REPOSITORY = Path(__file__).parents[1]
RECIPES = {
    recipe.split("\n", 1)[0]: recipe
    for recipe in (REPOSITORY / "docs/extending.md").read_text(encoding="utf-8").split("\n## Add ")[1:]
}
MADE_BY_IT = {
    "pages/learn/weights.py",
    "lessons/13-more-components.toml",
    "ui/views/weights/",
    "gmm_core/studies/bootstrap.py",
    "ui/views/bootstrap/samples.py",
}
"""What a recipe makes is not there yet."""


def block(recipe: str, language: str, number: int = 0) -> str:
    """The text of a block of code in a recipe."""
    text = re.findall(rf"^ *```{language}\n(.+?)^ *```", RECIPES[recipe], re.DOTALL | re.MULTILINE)[number]
    return re.sub(r"^   ", "", text, flags=re.MULTILINE)


def test_each_has_five_steps() -> None:
    recipes = ["a covariance family", "an engine", "a page", "a long computation", "a lesson", "a setting"]
    assert list(RECIPES) == recipes
    for recipe in RECIPES.values():
        assert re.findall(r"^(\d)\. ", recipe, re.MULTILINE) == list("12345")


@pytest.mark.parametrize("recipe", RECIPES)
def test_every_file_that_it_names_is_there(recipe: str) -> None:
    named = re.findall(r"[`\s]((?:gmm_core|ui|pages|lessons|tests|docs)/[\w./-]+)", RECIPES[recipe])
    named = [path.rstrip(".") for path in named if path not in MADE_BY_IT]
    assert named
    assert not [path for path in named if not (REPOSITORY / path).exists()]


class SmallSteps(BlockedEngine):
    """An engine that adds up ten rows at a time."""

    def expectation(self, scores: Scores, moments: Moments = Moments.FULL) -> SufficientStatistics:
        parts = [
            BlockedEngine(self._rows[start : start + 10]).expectation(scores, moments)
            for start in range(0, len(self._rows), 10)
        ]
        total = parts[0]
        for part in parts[1:]:
            total = total + part
        return total


def test_an_engine_that_is_added_is_asked_for_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ENGINES, "small steps", SmallSteps)
    monkeypatch.setitem(STARTINGS, "small steps", NumPyStarting)
    X = np.random.default_rng(3).normal(size=(40, 2)) + np.repeat([[0.0], [6.0]], 20, axis=0)
    ours, theirs = (fit(X, FitSpecification(2, n_init=2), engine=name) for name in ("small steps", "blocked"))
    assert ours.log_likelihood == pytest.approx(theirs.log_likelihood, rel=1e-9)


def app_with_page(folder: Path, name: str, code: str) -> AppTest:
    """The app with one page more, which is open."""
    for part in ("app.py", "pages", "static"):
        copy = shutil.copytree if (REPOSITORY / part).is_dir() else shutil.copy
        copy(REPOSITORY / part, folder / part)
    app_file, page = folder / "app.py", f"pages/learn/{name}.py"
    table = app_file.read_text(encoding="utf-8")
    row = block("a page", "python", 1).rstrip().replace("weights", name)
    added = table.replace('"Learn": [', f'"Learn": [\n{row},')
    assert added != table
    app_file.write_text(added, encoding="utf-8")
    (folder / page).write_text(code, encoding="utf-8")
    app = AppTest.from_file(app_file, default_timeout=120)
    app.query_params["k"] = "2"
    app.run().switch_page(page).run()
    assert not app.exception
    return app


def test_a_page_that_is_added_shows_the_fit(tmp_path: Path) -> None:
    app = app_with_page(tmp_path, "weights", block("a page", "python"))
    assert app.table[0].value["weight"].sum() == pytest.approx(1.0)
    assert len(app.table[0].value) == 2


@pytest.fixture(scope="module")
def bootstrap_page(tmp_path_factory: pytest.TempPathFactory) -> AppTest:
    """The app with the page of the recipe for a long computation."""
    code = "\n".join(block("a long computation", "python", number) for number in range(3))
    return app_with_page(tmp_path_factory.mktemp("app"), "bootstrap", code)


def fit_rows(app: AppTest, n_rows: int) -> None:
    """Have data of so many rows fitted, so that the page of the recipe has only its own computation to do."""
    app.switch_page("pages/explore/clusters.py").run()
    app.number_input(key="blobs_n_samples").set_value(n_rows).run()
    assert app.metric and not app.exception


def open_bootstrap(app: AppTest) -> None:
    """Open the page of the recipe."""
    app.switch_page("pages/learn/bootstrap.py").run()
    assert not app.exception


def samples_drawn(app: AppTest) -> int | None:
    """How many samples the page says were drawn of 40; None where it shows nothing."""
    said = [re.match(r"(\d+) of 40 samples were drawn", caption.value) for caption in app.caption]
    some = [int(found.group(1)) for found in said if found]
    return (some[0] if some else 40) if app.table else None


def test_a_long_computation_that_is_added_is_done_and_kept(
    bootstrap_page: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    fit_rows(bootstrap_page, 301)
    open_bootstrap(bootstrap_page)
    assert samples_drawn(bootstrap_page) == 40
    monkeypatch.setattr("ui.compute.interruption.Supervisor.run", None)  # nothing can be computed
    assert samples_drawn(bootstrap_page.run()) == 40
    assert not bootstrap_page.exception


def test_it_is_cut_off_when_its_time_is_up(bootstrap_page: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    fit_rows(bootstrap_page, 302)
    monkeypatch.setattr("ui.compute.long_task.LIMITS", replace(LIMITS, fit_seconds=-1.0))
    open_bootstrap(bootstrap_page)
    assert samples_drawn(bootstrap_page) == 1


def test_it_is_refused_where_too_many_wait_and_done_when_asked_again(
    bootstrap_page: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    fit_rows(bootstrap_page, 303)
    queue = Queue(1, 0)
    somebody = queue.enter()
    monkeypatch.setattr("ui.compute.queue.COMPUTATION_QUEUE", queue)
    monkeypatch.setattr("ui.compute.long_task.QUIET_SECONDS", -1.0)
    open_bootstrap(bootstrap_page)
    assert samples_drawn(bootstrap_page) is None
    assert any(each.value.startswith("The server is busy") for each in bootstrap_page.markdown)
    somebody.leave()
    bootstrap_page.button(key="again bootstraps").click().run()
    assert samples_drawn(bootstrap_page) == 40


def test_it_is_stopped_and_shows_what_it_had_reached(
    bootstrap_page: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    fit_rows(bootstrap_page, 304)
    asked: list[int] = []

    def presses_stop() -> None:
        """What Streamlit asks of a run whose visitor pressed the stop button."""
        asked.append(1)
        if len(asked) == 10:
            prepared = current_analysis().prepared
            assert prepared is not None
            own_task("bootstraps").stop((prepared.digest, 40))
            st.rerun()

    monkeypatch.setattr("ui.compute.interruption.get_run_yield_check", lambda: presses_stop)
    monkeypatch.setattr("ui.compute.interruption.LOOK_SECONDS", 0.0)
    open_bootstrap(bootstrap_page)
    stopped_after = samples_drawn(bootstrap_page)
    assert stopped_after is not None and 0 < stopped_after < 40
    assert samples_drawn(bootstrap_page.run()) == stopped_after


def test_a_lesson_that_is_added_is_whole_and_claims_what_holds(tmp_path: Path) -> None:
    file = tmp_path / "13-more-components.toml"
    file.write_text(block("a lesson", "toml"), encoding="utf-8")
    lesson = read_lesson(file)
    assert lesson.key == "more-components"
    assert lesson.before.setting.model.n_components < lesson.after.setting.model.n_components
    assert len(lesson.claims) == 2
    for claim in lesson.claims:
        assert claim.holds()


def sidebar_with_link() -> None:
    import streamlit as st

    from gmm_core.fitting.specification import FitSpecification
    from ui.links.share import current_settings
    from ui.shell.model_controls import use_model
    from ui.shell.sidebar import sidebar

    st.button("use", on_click=use_model, args=(FitSpecification(acceleration="squarem"),))
    sidebar()
    st.session_state["link"] = current_settings()


@pytest.fixture
def acceleration(monkeypatch: pytest.MonkeyPatch) -> Control:
    """The row of the recipe, added to the table."""
    row: Control = eval(block("a setting", "python"), vars(controls) | {"ACCELERATIONS": ACCELERATIONS})
    monkeypatch.setitem(controls.CONTROLS, row.key, row)
    return row


def test_a_setting_that_is_added_is_a_widget_in_links_and_taken_over(acceleration: Control) -> None:
    app = AppTest.from_function(sidebar_with_link, default_timeout=120).run()
    assert (app.selectbox(key="acceleration").label, app.session_state["link"]) == ("Acceleration", [])
    app.selectbox(key="acceleration").set_value("squarem").run()
    assert app.session_state["analysis"].specification.acceleration == "squarem"
    assert app.session_state["link"] == [("acceleration", "squarem")]

    linked = AppTest.from_function(sidebar_with_link, default_timeout=120)
    linked.query_params["acceleration"] = "squarem"
    assert linked.run().session_state["analysis"].specification.acceleration == "squarem"
    taken_over = AppTest.from_function(sidebar_with_link, default_timeout=120).run()
    taken_over.button[0].click().run()
    assert taken_over.session_state["analysis"].specification.acceleration == "squarem"

    with pytest.raises(NotOffered, match="Acceleration takes none or squarem, not “warp”"):
        acceleration.read(["warp"])


def test_a_setting_that_is_added_is_in_lessons_and_in_the_table_of_settings(
    acceleration: Control, tmp_path: Path
) -> None:
    file = tmp_path / "13-more-components.toml"
    lesson = block("a lesson", "toml").replace(
        "n_components = 4", 'n_components = 4\nacceleration = "squarem"'
    )
    file.write_text(lesson, encoding="utf-8")
    assert controls_of(read_lesson(file).after)["acceleration"] == "squarem"
    assert "| `acceleration` | `acceleration` | Acceleration | none or squarem | none |" in controls.table()
