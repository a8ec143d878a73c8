"""The page of starting points through AppTest: any number of features, K = 1, many rows, every control."""

from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from gmm_core.fitting.fit import fit
from gmm_core.starts.kinds import STARTS
from ui.figures.base.wording import tenths
from ui.shell.analysis import Analysis

REPOSITORY = Path(__file__).parents[2]
PAGE = "pages/learn/starting_points.py"


def opened(**query: str) -> AppTest:
    app = AppTest.from_file(REPOSITORY / "app.py", default_timeout=120)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    app.switch_page(PAGE).run()
    assert not app.exception
    return app


def text(app: AppTest) -> str:
    return " ".join(element.value for element in (*app.markdown, *app.caption)).replace("‑", "-")


def metrics(app: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in app.metric}


def success_rates(app: AppTest) -> pd.DataFrame:
    """The table of how often each kind of start found the best: name, share and restarts, in this order."""
    (table,) = (element.value for element in app.table)
    assert isinstance(table, pd.DataFrame)
    return table


@pytest.fixture(scope="module")
def old_faithful() -> AppTest:
    return opened(data="Old Faithful")


def test_old_faithful_shows_its_four_optima(old_faithful: AppTest) -> None:
    for height in ("−1,114.4", "−1,119.2", "−1,119.6", "−1,127.1"):
        assert f"** {height} · " in text(old_faithful)


def test_one_sentence_says_who_reached_the_best_and_which_n_init_would(old_faithful: AppTest) -> None:
    named = 2 * (1 + len(STARTS))  # the signs about A and about each kind of start
    (sentence,) = [line.value for line in old_faithful.markdown if line.value.count("**") == named]
    assert "−1,114.4" in sentence
    assert "99" in sentence and "10" in sentence
    for share, restarts in success_rates(old_faithful).iloc[:, 1:].to_numpy():
        reached = share.split(" (")[0]
        if reached not in ("0 %", "100 %"):
            assert f"{reached} of 10" in sentence
            assert f"({restarts.split(' (')[0]} restart" in sentence


def test_few_starts_are_said_to_leave_much_open(old_faithful: AppTest) -> None:
    table = success_rates(old_faithful)
    assert set(table.iloc[:, 0]) == set(STARTS)
    assert ["k-means", "0 % (0–28 %)", "15 or more"] in table.to_numpy().tolist()


def test_the_first_two_are_compared_to_begin_with(old_faithful: AppTest) -> None:
    shown = metrics(old_faithful)
    assert shown["Agreement (ARI)"] == "0.78"
    assert shown["Rows that differ"] == "57"
    assert shown["Log-likelihood"] == "+4.77"
    assert shown["BIC"] == "−9.55"
    assert not old_faithful.dataframe


def test_the_parameters_of_both_stand_side_by_side() -> None:
    app = opened(data="Old Faithful")
    app.session_state["compared parameters"] = True
    app.run()
    (table,) = (element.value for element in app.dataframe)
    assert table["optimum"].tolist() == ["A", "B"] * 3
    assert table["component"].tolist() == [1, 1, 2, 2, 3, 3]
    assert 40 < table["mean of waiting"].min() < 60
    assert table.groupby("optimum")["weight"].sum().tolist() == pytest.approx([1, 1])


def test_log_likelihoods_stand_in_original_and_in_fitted_units() -> None:
    app = opened(data="Old Faithful")
    assert "each is 744.8 higher" in text(app)
    app.segmented_control(key="units").set_value("fitted units").run()
    assert not app.exception
    assert "(log-likelihood −369.6)" in text(app)
    assert metrics(app)["Log-likelihood"] == "+4.77"
    app.selectbox(key="scale").set_value("none").run()
    assert "(log-likelihood −1,114.4)" in text(app)
    assert not any(control.key == "units" for control in app.segmented_control)


def test_any_two_can_be_compared() -> None:
    app = opened(data="Old Faithful")
    app.selectbox(key="first_optimum").set_value("B")
    app.selectbox(key="second_optimum").set_value("B").run()
    assert not app.exception
    assert metrics(app)["Agreement (ARI)"] == "1"
    assert metrics(app)["Rows that differ"] == "0"
    assert metrics(app)["Log-likelihood"] == "0"


@pytest.mark.parametrize("n_features", [1, 2, 3, 8])
def test_any_number_of_features_is_shown(n_features: int) -> None:
    app = opened(blobs_n_features=str(n_features))
    assert len(success_rates(app)) == len(STARTS)
    assert metrics(app)["Rows that differ"] or "only one optimum" in text(app)
    if n_features > 2:
        app.segmented_control(key="plane").set_value("columns").run()
        assert not app.exception
        app.selectbox(key=f"path_axis_2_of_{n_features}").set_value(0).run()
        assert not app.exception


@pytest.mark.parametrize("n_features", [1, 2, 8])
def test_one_component_is_said_to_have_one_optimum(n_features: int) -> None:
    app = opened(k="1", blobs_n_features=str(n_features))
    assert "K = 1" in text(app) and "n_init = 1" in text(app)
    assert not app.table
    assert "nothing to compare" in text(app)
    assert not app.metric


def test_many_rows_are_climbed_on_a_sample_and_the_page_says_so() -> None:
    app = opened(blobs_n_samples="50000")
    assert "random sample of 5\\,000 of the 50\\,000 rows" in text(app)
    assert not any(str(button.key).startswith("take-") for button in app.button)


def test_kinds_and_counts_are_chosen() -> None:
    app = opened()
    app.pills(key="survey_kinds").set_value(["k-means", "k-means++"])
    app.segmented_control(key="survey_restarts").set_value(20).run()
    assert not app.exception
    (table,) = (element.value for element in app.table)
    assert table["start"].tolist() == ["k-means", "k-means++"]
    app.pills(key="survey_kinds").set_value([]).run()
    assert not app.exception
    assert len(app.error) == 1 and not app.table
    app.pills(key="survey_kinds").set_value(["random points"]).run()
    assert "of 20 **random points** starts" in text(app)


def test_what_plays_no_part_in_a_survey_does_not_start_another() -> None:
    app = opened()
    app.number_input(key="seed").set_value(7)
    app.number_input(key="n_init").set_value(2).run()
    assert not app.exception
    assert len(success_rates(app)) > 0


def test_degenerate_optima_are_shown_and_do_not_count() -> None:
    app = opened(data="Wine", k="5")
    assert "ended with a component at the variance floor" in text(app)
    assert "do not count as the best" in text(app)
    assert "is subtracted first" in text(app)


def test_an_optimum_becomes_the_fit_of_the_other_pages() -> None:
    app = opened(data="Old Faithful")
    app.button(key="take-D").click().run()
    assert not app.exception
    assert app.button(key="take-D").disabled
    assert not app.button(key="take-A").disabled
    found: Analysis = app.session_state["analysis"]
    assert found.specification.n_init == 1
    assert found.specification.init in STARTS
    app.switch_page("pages/explore/clusters.py").run()
    assert not app.exception
    assert found.prepared is not None
    assert metrics(app)["Log-likelihood"] == tenths(fit(found.prepared.X, found.specification).log_likelihood)


@pytest.mark.parametrize(
    "query",
    [
        {"survey_restarts": "1e9"},
        {"survey_kinds": "nonsense"},
        {"first_optimum": "ZZZ", "second_optimum": "<b>"},
        {"plane": "x", "units": "y"},
    ],
)
def test_a_link_with_nonsense_opens_with_defaults(query: dict[str, str]) -> None:
    app = opened(**query)
    assert len(success_rates(app)) == len(STARTS)


def test_no_column_is_a_sentence_and_not_an_end() -> None:
    app = opened()
    app.selectbox(key="data").set_value("iris").run()
    app.multiselect(key="columns_iris_4").set_value([]).run()
    assert not app.exception
    assert len(app.warning) == 1
    assert not app.table
