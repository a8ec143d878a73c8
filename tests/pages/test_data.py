"""The Data page through AppTest."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from gmm_core.data.generators import GENERATORS
from gmm_core.data.samples import SAMPLES

APP = Path(__file__).parents[2] / "app.py"


def opened() -> AppTest:
    app = AppTest.from_file(APP, default_timeout=60).run()
    app.switch_page("pages/explore/data.py").run()
    assert not app.exception
    return app


def text(app: AppTest) -> str:
    return " ".join(element.value for element in (*app.markdown, *app.caption, *app.subheader))


@pytest.mark.parametrize("source", [*GENERATORS, *SAMPLES])
def test_every_data_set_is_described(source: str) -> None:
    app = opened()
    app.selectbox(key="data").set_value(source).run()
    assert not app.exception
    assert {"Preparation", "Rows", "Columns"} <= {heading.value for heading in app.subheader}
    preparation, rows, columns = (table.value for table in app.dataframe)
    assert list(preparation.columns) == ["column", "subtracted", "divided by"]
    assert len(rows) > 0
    assert set(columns["column"]) == set(rows.columns)


def test_dropped_rows_are_counted() -> None:
    app = opened()
    app.selectbox(key="data").set_value("penguins").run()
    assert "2 of 344 rows were left out" in text(app)
    assert "342 of 344 rows and 4 columns are fitted" in text(app)


def test_the_scale_is_explained_and_can_be_changed() -> None:
    app = opened()
    app.selectbox(key="data").set_value("faithful").run()
    assert "Standardise" in text(app)
    standard = app.dataframe[0].value
    app.selectbox(key="scale").set_value("none").run()
    assert not app.exception
    assert (app.dataframe[0].value["divided by"] == 1).all()
    app.selectbox(key="scale").set_value("robust").run()
    assert (app.dataframe[0].value["divided by"] != standard["divided by"]).all()


def test_what_was_not_chosen_to_begin_with_says_why() -> None:
    app = opened()
    app.selectbox(key="data").set_value("penguins").run()
    assert "year was not chosen to begin with" in text(app)


def test_the_controls_keep_their_values_from_page_to_page() -> None:
    app = opened()
    app.slider(key="k").set_value(6).run()
    app.number_input(key="blobs_n_samples").set_value(100).run()
    app.switch_page("pages/explore/clusters.py").run()
    assert app.slider(key="k").value == 6
    assert app.number_input(key="blobs_n_samples").value == 100
    assert {metric.label: metric.value for metric in app.metric}["Parameters"] == "35"
