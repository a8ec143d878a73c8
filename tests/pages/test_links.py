"""Links through AppTest: what a control was set to is in the address, which sets it again; forged ones do no harm."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.links.packed import token
from ui.links import followed_link
from ui.shell.control import Control, Place
from ui.shell.controls import CONTROLS

APP = Path(__file__).parents[2] / "app.py"
FIRST = "pages/explore/clusters.py"
UI = APP.parent / "ui"
PENGUINS = {"data": "Palmer penguins"}
SMALL = {"blobs_n_samples": "100", "blobs_n_features": "4", "k": "2", "n_init": "1", "scale": "Robust"}

# Of each page: what its address says, and the values that its controls then have.
SCREENS: dict[str, dict[str, tuple[Any, Any]]] = {
    "pages/explore/clusters.py": {
        "k": ("4", 4),
        "covariance": ("diag", "diag"),
        "n_init": ("2", 2),
        "init": ("k-means", "k-means"),
        "seed": ("7", 7),
        "tolerance": ("1e-8", 1e-8),
        "max_iter": ("600", 600),
        "regularization": ("1e-3", 1e-3),
        "scale": ("Robust", "robust"),
        "missing": ("Fill by median", "median"),
        "present": ("true", True),
        "view": ("3-D", "space"),
        "axis_1_of_4": ("body_mass_g", 3),
        "axis_2_of_4": ("bill_length_mm", 0),
        "colour": ("Responsibility", "responsibility"),
        "contours": ("50%", [0.5]),
    },
    "pages/explore/density.py": {
        "show": ("Highest-density regions", "regions"),
        "regions": ("50%", [0.5]),
        "threshold_percent": ("2.5", 2.5),
        "axis_1_of_4": ("flipper_length_mm", 2),
        "points": ("40, 18, 190, 4000", "40, 18, 190, 4000"),
    },
    "pages/learn/kmeans_or_gmm.py": {
        "stretch": ("2 ×", 2.0),
        "apart": ("1.5 ×", 1.5),
        "stretched": ("body_mass_g", "body_mass_g"),
        "outlier": ("true", True),
        "axis_2_of_4": ("body_mass_g", 3),
    },
    "pages/learn/covariance_shapes.py": {
        "n_init": ("1", 1),
        "columns_palmer_penguins_5": (["bill_length_mm", "bill_depth_mm", "year"],) * 2,
        "shapes_view": ("Principal plane", "principal"),
    },
    "pages/learn/em_steps.py": {
        "k": ("2", 2),
        "film_view": ("Principal plane", "principal"),
        "start": ("Placed by hand", "by hand"),
        "means": ("1, 2", "1, 2"),
    },
    "pages/learn/starting_points.py": {
        "k": ("2", 2),
        "survey_kinds": ("k-means", ["k-means"]),
        "plane": ("Two columns", "columns"),
        "path_axis_1_of_4": ("body_mass_g", 3),
        "units": ("Fitted units", "fitted units"),
    },
    "pages/decide/how_many.py": {
        "k_max": ("2", 2),
        "criterion": ("ICL", "ICL"),
        "sweep_types": ("diag", ["diag"]),
    },
}


def opened(page: str, query: dict[str, Any]) -> AppTest:
    """The app at an address; a page that is not the first one is gone to from there, which keeps what is its own."""
    app = AppTest.from_file(APP, default_timeout=120)
    app.query_params.update(query)
    app.run()
    if page != FIRST:
        app.switch_page(page).run()
    assert not app.exception
    return app


@pytest.mark.parametrize("page", SCREENS)
def test_an_address_and_its_short_form_set_every_control(page: str) -> None:
    said = {**PENGUINS, **{key: text for key, (text, _) in SCREENS[page].items()}}
    short = token([(name, each) for name, values in said.items() for each in listed(values)])
    for query in (said, {"s": short}):
        app = opened(page, query)
        for key, (_, value) in SCREENS[page].items():
            assert app.session_state[key] == value, key
        assert dict(app.query_params) == said


def test_an_outlier_that_was_moved_is_in_the_address() -> None:
    page = "pages/learn/kmeans_or_gmm.py"
    app = opened(page, {"outlier": "true", "outlier_at": "3, -4"})
    assert app.number_input(key="outlier_at_0").value == 3
    app.number_input(key="outlier_at_1").set_value(-5.5).run()
    assert dict(app.query_params)["outlier_at"] == "3, -5.5"


def test_the_columns_of_a_file_are_in_no_address() -> None:
    app = AppTest.from_file(APP, default_timeout=120)
    app.query_params["data"] = "Upload a file"
    app.run()
    content = b"secret,b,c\n" + b"1,2,3\n4,6,1\n7,8,8\n9,1,5\n" * 5
    app.file_uploader[0].upload("own.csv", content, "text/csv").run()
    assert app.session_state["analysis"].private
    app.selectbox(key="axis_1_of_3").set_value(1).run()
    assert not app.exception
    assert "secret" not in str(app.query_params) and "axis_1_of_3" not in app.query_params


def listed(values: Any) -> list[str]:
    return values if isinstance(values, list) else [values]


@pytest.mark.parametrize(
    "query",
    [
        {"k": "9" * 400, "seed": "-1", "n_init": "NaN", "covariance": "<script>", "tolerance": "1e999"},
        {
            "data": "Palmer penguins",
            "axis_1_of_4": "javascript:alert(1)",
            "contours": ["7", "<b>"],
            "view": "",
        },
        {"no_such_control": "x" * 5_000, "__proto__": "1", "lesson": "../../etc/passwd", "answer": "zz"},
        {"s": ["1", "1isvD9AFQEEMx2CJzAA"]},
        {"s": token([("k", "99999999999999999999"), ("data", "no such"), ("lesson", "x")])},
        {"outlier": "true", "outlier_at": "1e308, nan; drop"},
    ],
)
def test_a_forged_address_does_no_harm(query: dict[str, Any]) -> None:
    app = opened(FIRST, query)
    assert not app.error
    app.switch_page("pages/learn/kmeans_or_gmm.py").run()
    assert not app.exception
    assert 1 <= app.session_state["analysis"].specification.n_components <= 20


def test_a_link_that_names_one_axis_parts_it_from_the_others() -> None:
    app = opened(FIRST, {"data": "Palmer penguins", "axis_1_of_4": "bill_depth_mm"})
    assert [app.selectbox(key=f"axis_{axis}_of_4").value for axis in (1, 2)] == [1, 0]


def test_a_link_may_tell_colours() -> None:
    app = opened(FIRST, {"data": "Unequal sizes", "k": "4"})
    app.slider(key="k").set_value(3).run()
    colour_numbers = app.session_state["colour numbers"][2]
    assert colour_numbers != (0, 1, 2)
    told = "-".join(str(colour_number + 1) for colour_number in colour_numbers)
    assert (
        opened(FIRST, {"data": "Unequal sizes", "colours": told}).session_state["colour numbers"][2]
        == colour_numbers
    )
    other = opened(FIRST, {"data": "Iris", "colours": "1-2"})
    assert other.session_state["colour numbers"][2] == (0, 1, 2)


@pytest.mark.parametrize("broken", ["", "1", "0abc", "1isvD9AFQEEMx2CJzA", "ü" * 50, "1" * 10_000])
def test_a_broken_short_link_is_told_about_and_the_rest_of_the_address_holds(broken: str) -> None:
    app = opened(FIRST, {"s": broken, "k": "5"})
    assert app.slider(key="k").value == 5
    assert "ask for it again" in app.warning[0].value
    assert "s" not in app.query_params
    app.slider(key="k").set_value(4).run()
    assert not app.warning


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (
            {"k": "999", "n_init": "5000", "covariance": "diag"},
            "Components K takes a whole number from 1 to 20, not “999”. "
            "Restarts takes a whole number from 1 to 100, not “5000”.",
        ),
        (
            {"data": "No such", "seed": "-1"},
            "Data takes Blobs, Stretched blobs, Unequal sizes, Overlapping groups or 10 others, not “No such”. "
            "Seed takes a whole number from 0 to 4,294,967,295, not “-1”.",
        ),
        (
            {"covariance": "oblong", "blobs_cluster_std": "0", "present": "perhaps"},
            "Standard deviation takes a number from 0.05 to 10.0, not “0”. "
            "Covariance type takes full, tied, diag or spherical, not “oblong”. "
            "Presenter mode takes true or false, not “perhaps”.",
        ),
        (
            {
                "data": "Old Faithful",
                "columns_old_faithful_2": ["waiting", "<b>"],
                "labels_old_faithful_2": "x",
            },
            "Columns to fit takes any of eruptions and waiting, not “waiting, <b>”.",
        ),
        (
            {"s": token([("k", "999"), ("max_iter", "NaN")])},
            "Components K takes a whole number from 1 to 20, not “999”. "
            "Most iterations takes a whole number from 1 to 10,000, not “NaN”.",
        ),
        ({"k": "20", "n_init": "100", "tolerance": "1e-10"}, None),
        ({"k": "3", "data": "Blobs", "covariance": "full", "tolerance": "1e-6", "init": "mixed"}, None),
        ({"k": "4.0", "data": "iris", "covariance": "DIAG", "tolerance": "0.001", "present": "TRUE"}, None),
    ],
)
def test_what_of_a_link_cannot_be_set_here_is_told_once(asked: dict[str, Any], told: str | None) -> None:
    app = opened(FIRST, asked)
    if told is None:
        assert not app.warning
        return
    assert f"offered here. {told} What you see" in app.warning[0].value.replace("\\", "")
    app.slider(key="k").set_value(4).run()
    assert not app.warning


@pytest.fixture(scope="module")
def rows_of_pages() -> dict[str, list[Control]]:
    """The controls that each page draws of its own, as a visitor opens it; some only after others are set."""
    with pytest.MonkeyPatch.context() as patch:
        draw, drawn = Control.draw, dict[str, Control]()
        patch.setattr(
            Control, "draw", lambda row, *how, **look: drawn.update({row.key: row}) or draw(row, *how, **look)
        )
        app = opened(FIRST, SMALL)
        found: dict[str, list[Control]] = {}
        for page in SCREENS:
            drawn.clear()
            app.switch_page(page).run()
            told = {
                row.key for rows in found.values() for row in rows
            }  # Clusters, drawn first, has the axes too
            found[page] = [row for row in drawn.values() if row.place is Place.PAGE and row.key not in told]
    return found


def test_every_control_that_is_kept_in_the_address_is_a_row_or_a_field_of_text() -> None:
    code = {str(file.relative_to(UI)): file.read_text(encoding="utf-8") for file in UI.rglob("*.py")}
    bound = {name: text.count('"query-params"') for name, text in code.items() if '"query-params"' in text}
    assert bound.pop("shell/control.py") == 1
    assert bound == {name: code[name].count("st.text_input(") for name in bound}


@pytest.mark.parametrize("page", ["the sidebar", *SCREENS])
def test_of_every_control_a_link_is_told_what_it_takes(
    page: str, rows_of_pages: dict[str, list[Control]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(followed_link, "MAX_NAMED", 99)
    monkeypatch.setattr(followed_link, "markdown", lambda text, _: text)  # which cuts a long one
    rows = rows_of_pages[page] if page in SCREENS else list(CONTROLS.values())
    asked = {row.key: "no <such> thing" for row in rows}
    app = opened(page if page in SCREENS else FIRST, asked if page not in SCREENS else SMALL | asked)
    told = app.warning[0].value
    assert rows
    for row in rows:
        assert f"{row.label} takes {row.kind.offer(4)}, not “no <such> thing”." in told, row.key
        assert row.key not in app.query_params
        assert row.key not in app.session_state or app.session_state[row.key] == row.default
    for name in SMALL.keys() - asked.keys():
        assert app.query_params[name] == SMALL[name]
    app.run()
    assert not [each for each in app.warning if "the link asks for" in each.value]


@pytest.mark.parametrize(
    ("page", "asked", "then"),
    [
        ("pages/decide/how_many.py", {"k_max": "21"}, {}),
        (FIRST, {"view": "pairs", "contours": ["50%", "7%"]}, {"view": "Pairs", "contours": "50%"}),
        (
            "pages/explore/density.py",
            {"threshold_percent": "inf", "show": "UNCERTAINTY"},
            {"show": "Uncertainty"},
        ),
    ],
)
def test_a_page_takes_of_a_link_what_it_offers(
    page: str, asked: dict[str, Any], then: dict[str, str]
) -> None:
    app = opened(page, SMALL | asked)
    assert dict(app.query_params) == SMALL | then


def test_of_the_columns_that_a_link_names_those_that_are_offered_are_fitted() -> None:
    app = opened(FIRST, {"data": "Old Faithful", "columns_old_faithful_2": ["waiting", "depth"]})
    assert app.session_state["analysis"].preparation.columns == ("waiting",)


def test_what_is_written_in_another_way_is_set_all_the_same() -> None:
    app = opened(FIRST, {"k": "4.0", "data": "iris", "covariance": "DIAG", "tolerance": "0.001"})
    specification = app.session_state["analysis"].specification
    assert (specification.n_components, specification.covariance_type) == (4, "diag")
    assert specification.tolerance == 1e-3
    assert dict(app.query_params) == {"k": "4", "data": "Iris", "covariance": "diag", "tolerance": "1e-3"}


def test_going_back_to_a_short_link_keeps_what_is_on_the_screen() -> None:
    app = opened(FIRST, {"s": token([("k", "4")])})
    app.query_params = {"s": token([("k", "6")])}
    app.run()
    assert not app.exception
    assert app.slider(key="k").value == 4
    assert "s" not in app.query_params


def test_a_lesson_is_in_the_short_link_too() -> None:
    said = [("lesson", "soft-or-hard"), ("answer", "a")]
    app = opened(FIRST, {"s": token(said)})
    assert dict(app.query_params)["lesson"] == "soft-or-hard"
