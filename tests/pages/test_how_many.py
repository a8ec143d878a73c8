"""The page How many clusters through AppTest: any data, what is chosen becomes the model, long sweeps ask first."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from streamlit.testing.v1 import AppTest

from gmm_core.fitting.specification import FitSpecification
from gmm_core.model.covariance.catalogue import STRUCTURES
from gmm_core.studies.model_grid import Cell, Fitted, cell_specification
from ui.compute.limits import LIMITS
from ui.views.how_many import sweep
from ui.views.how_many.sweep import seconds_of_cell

REPOSITORY = Path(__file__).parents[2]
PAGE = "pages/decide/how_many.py"
CLUSTERS = "pages/explore/clusters.py"


def opened(**query: str) -> AppTest:
    app = AppTest.from_file(REPOSITORY / "app.py", default_timeout=120)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    app.switch_page(PAGE).run()
    assert not app.exception
    return app


def texts(app: AppTest) -> str:
    return " ".join(element.value for element in [*app.markdown, *app.caption])


@pytest.mark.parametrize(("n_features", "k_max"), [(1, 3), (2, 1), (3, 3), (8, 2)])
def test_any_number_of_features(n_features: int, k_max: int) -> None:
    app = opened(blobs_n_features=str(n_features), k_max=str(k_max), n_init="1")
    grid = app.dataframe[0].value
    assert list(grid["K"]) == [k for k in range(1, k_max + 1) for _ in STRUCTURES]
    assert list(grid["parameters"]) == [
        structure.parameter_count(k, n_features)
        for k in range(1, k_max + 1)
        for structure in STRUCTURES.values()
    ]
    assert "BIC chooses K = " in texts(app)
    for criterion in ("AIC", "ICL"):
        app.segmented_control(key="criterion").set_value(criterion).run()
        assert f"{criterion} chooses K = " in texts(app)
    assert not app.exception


def test_what_is_chosen_becomes_the_model_of_every_page_with_the_same_numbers() -> None:
    app = opened(data="Old Faithful", k_max="4")
    said = texts(app)
    grid = app.dataframe[0].value
    cell = grid[(grid["K"] == 3) & (grid["covariance type"] == "tied")].iloc[0]
    lowest_icl = grid.sort_values("ICL").iloc[0]
    assert cell["BIC"] == grid["BIC"].min()
    assert (lowest_icl["K"], lowest_icl["covariance type"]) == (2, "full")
    assert f"BIC chooses K = 3, tied**: {cell['BIC']:,.1f}." in said
    assert "K = 2, full" in said
    app.button(key="take-best").click().run()
    assert (app.slider(key="k").value, app.segmented_control(key="covariance").value) == (3, "tied")
    assert app.selectbox(key="init").value == "splits"
    assert f"K = 3, tied: BIC {cell['BIC']:,.1f}." in texts(app)
    app.switch_page(CLUSTERS).run()
    shown = {metric.label: metric.value for metric in app.metric}
    assert shown["Log-likelihood"] == f"{cell['log-likelihood']:,.1f}".replace("-", "−")
    assert shown["BIC"] == f"{cell['BIC']:,.1f}"
    assert shown["ICL"] == f"{cell['ICL']:,.1f}"


def test_a_component_that_gathers_outliers_is_told_with_the_choice_and_in_the_table() -> None:
    app = opened(data="Blobs with outliers", k_max="4", n_init="2")
    assert "it may gather outliers rather than be a group." in texts(app)
    assert app.dataframe[0].value["remark"].str.startswith("may gather outliers: component ").any()


def test_one_component_is_not_told_as_a_cluster() -> None:
    app = opened(blobs_centers="1", k_max="2", n_init="1", blobs_n_samples="200")
    assert "**BIC and ICL agree** on K = 1," in texts(app)
    assert "with K = 1 every row belongs to the only component" in texts(app)


def test_a_link_to_a_cell_shows_its_numbers_by_itself() -> None:
    """The start from splits is part of the model, so a fit made from nothing is the cell of the grid."""
    app = AppTest.from_file(REPOSITORY / "app.py", default_timeout=120)
    for name, value in {"data": "Old Faithful", "k": "3", "covariance": "tied", "init": "splits"}.items():
        app.query_params[name] = value
    app.run()
    shown = {metric.label: metric.value for metric in app.metric}
    assert shown["BIC"] == "824.7"


def test_what_is_done_is_kept_when_k_max_grows(monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(k_max="2", n_init="1", blobs_n_samples="123")
    monkeypatch.setattr("ui.views.how_many.sweep.fitting_cell", None)  # nothing more can be fitted
    app.pills(key="sweep_types").set_value(["full", "diag"]).run()
    assert not app.exception
    assert list(app.dataframe[0].value["covariance type"]) == ["full", "diag"] * 2
    monkeypatch.undo()
    app.slider(key="k_max").set_value(3).run()
    assert list(app.dataframe[0].value["K"]) == [1, 1, 2, 2, 3, 3]


def test_guess_first_and_reveal_after() -> None:
    app = opened(guess_first="true", k_max="4", n_init="1")
    assert not app.dataframe
    assert "chooses" not in texts(app)
    key = next(each.key for each in app.get("button_group") if str(each.key).startswith("guess of"))
    app.segmented_control(key=key).set_value(4).run()
    assert "3 components: your guess was 4." in texts(app)
    app.segmented_control(key=key).set_value(3).run()
    assert "3 components: as you guessed." in texts(app)


def test_a_long_sweep_asks_first_and_goes_on_when_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.views.how_many.sweep.ASKS_ABOVE_SECONDS", 0.0)
    monkeypatch.setattr("ui.compute.long_series.REDRAW_SECONDS", 0.0)
    app = opened(blobs_n_samples="50000", k_max="2", n_init="1")
    assert len(app.dataframe[0].value) == 5
    assert "The rest will take about" in texts(app)
    assert "3 fits are not done." in texts(app)
    assert "5 of 8 fits are done. Among these BIC is lowest for K = " in texts(app)
    for recommended in ("chooses K", "evidence.", "BIC and ICL agree", "BIC says"):
        assert recommended not in texts(app)
    assert "take-best" not in [button.key for button in app.button]
    app.button(key="again sweep").click().run()
    assert len(app.dataframe[0].value) == 8
    assert "BIC chooses K = " in texts(app)
    assert "take-best" in [button.key for button in app.button]
    assert not app.exception


def test_a_fit_that_takes_too_long_is_named_and_the_rest_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(k_max="1", n_init="1", blobs_n_samples="124")
    monkeypatch.setattr("ui.compute.long_task.LIMITS", replace(LIMITS, fit_seconds=-1.0))
    app.slider(key="k_max").set_value(2).run()
    assert "K = 2, full was not done within" in texts(app)
    assert len(app.dataframe[0].value) == 4
    monkeypatch.undo()
    app.button(key="again sweep").click().run()
    assert len(app.dataframe[0].value) == 8


def test_an_upload_and_too_many_parameters() -> None:
    app = AppTest.from_file(REPOSITORY / "app.py", default_timeout=120).run()
    app.selectbox(key="data").set_value("upload").run()
    lines = "\n".join(f"{i % 7},{(i * 3) % 11},{i % 2 * 9 + i % 5}" for i in range(24))
    app.file_uploader[0].upload("own.csv", f"a,b,c\n{lines}\n".encode(), "text/csv").run()
    app.query_params["k_max"] = "4"
    app.switch_page(PAGE).run()
    app.slider(key="k_max").set_value(4).run()
    assert not app.exception
    assert "more parameters than rows: no criteria" in list(app.dataframe[0].value["remark"])
    assert "fits have no criterion" in texts(app)


def test_no_covariance_type_is_a_sentence() -> None:
    app = opened(k_max="1", n_init="1")
    app.pills(key="sweep_types").set_value([]).run()
    assert not app.exception
    assert len(app.info) == 1 and not app.dataframe


def test_what_is_left_is_estimated_from_what_was_measured() -> None:
    specification = FitSpecification()
    full, tied = (cell_specification(specification, 2, name) for name in ("full", "tied"))
    measured = {full: 4.0, tied: 1.0}
    left = [cell_specification(specification, 4, name) for name in ("full", "tied", "diag")]
    assert [seconds_of_cell(each, measured) for each in left] == pytest.approx([16.0, 4.0, 16.0])
    one = cell_specification(specification, 1, "full")
    assert [seconds_of_cell(each, {one: 9.0}) for each in left] == [0.0] * 3


def test_a_cell_that_waited_for_machine_code_is_no_measure(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded, now = False, 0.0

    def fitting(X: Any, specification: FitSpecification, *_: Any) -> Any:
        nonlocal loaded, now
        now += 1.0 if loaded else 40.0
        loaded = specification.covariance_type != "full"  # while the second cell is fitted
        yield from ()
        return Fitted(Cell(specification, None), None)

    monkeypatch.setattr(sweep, "fitting_cell", fitting)
    monkeypatch.setattr(sweep, "compiled_is_loaded", lambda: loaded)
    monkeypatch.setattr(sweep, "time", SimpleNamespace(monotonic=lambda: now))
    specification = cell_specification(FitSpecification(), 2, "full")
    measured = sweep._SessionCells(("data", specification))
    next_one = cell_specification(specification, 4, "spherical")
    estimates = []
    for name in ("full", "tied", "diag"):
        measured.smaller[name] = 1, cast("Any", "a fit")
        cell = replace(specification, covariance_type=name)
        list(
            sweep._fitting(
                cast("Any", None), cast("Any", SimpleNamespace(X=None, columns=())), cell, measured
            )
        )
        estimates.append(seconds_of_cell(next_one, measured.seconds))
    assert estimates == [160.0, 0.0, 4.0]
    assert measured.spent == 81.0


def test_where_no_larger_k_can_be_judged_none_is_said_to_be_worth_less() -> None:
    app = opened(k_max="3", n_init="1")
    app.selectbox(key="data").set_value("upload").run()
    app.file_uploader[0].upload("own.csv", b"a,b\n1,2\n2,1\n3,5\n4,3\n", "text/csv").run()
    assert not app.exception
    told = texts(app).replace("\\", "")
    assert "can be judged: the number of clusters cannot be judged without larger K" in told
    assert "no larger K that was tried" not in told
