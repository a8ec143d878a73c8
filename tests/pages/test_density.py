"""Density and anomalies through AppTest: any number of features, K = 1, many rows, an upload, every control."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

REPOSITORY = Path(__file__).parents[2]
PAGE = "pages/explore/density.py"


def opened(**query: str) -> AppTest:
    app = AppTest.from_file(REPOSITORY / "app.py", default_timeout=120)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    app.switch_page(PAGE).run()
    assert not app.exception
    return app


def metrics(app: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in app.metric if metric.label in NAMES}


NAMES = ("Threshold", "Rows below", "Expected below")


@pytest.mark.parametrize(("n_features", "k"), [(1, 3), (1, 1), (2, 1), (3, 3), (8, 4)])
def test_any_number_of_features_and_components(n_features: int, k: int) -> None:
    app = opened(
        blobs_n_features=str(n_features), k=str(k), points="; ".join([", ".join(["1"] * n_features)] * 2)
    )
    assert tuple(metrics(app)) == NAMES
    assert metrics(app)["Expected below"] == "3"
    listed, new = app.dataframe[0].value, app.dataframe[1].value
    assert len(listed) == int(metrics(app)["Rows below"])
    assert list(listed.columns[:5]) == [
        "row",
        "log-density",
        "Mahalanobis distance",
        "nearest component",
        "uncertainty",
    ]
    assert len(new) == 2
    assert new[[f"component {i + 1}" for i in range(k)]].sum(axis=1).tolist() == pytest.approx([1.0, 1.0])
    for show in ("regions", "uncertainty"):
        app.segmented_control(key="show").set_value(show).run()
        assert not app.exception
        assert len(app.get("bidi_component")) == 3
    if n_features > 2:
        app.segmented_control(key="density_view").set_value("principal").run()
        assert not app.exception
    if n_features > 1:
        app.segmented_control(key="show").set_value("log-density").run()
        app.toggle(key="surface").set_value(True).run()
        assert not app.exception


def test_the_rule_and_its_share_decide_how_many_rows_are_listed() -> None:
    app = opened(data="Old Faithful", k="2")
    assert metrics(app)["Expected below"] == "2.72"
    app.segmented_control(key="threshold_by").set_value("rows").run()
    app.number_input(key="threshold_percent").set_value(10.0).run()
    assert metrics(app)["Rows below"] == "27"
    assert app.dataframe[0].value["log-density"].is_monotonic_increasing
    told = " ".join(element.value for element in app.markdown)
    assert "27 rows below the threshold; 32.1 expected by chance." in told


def test_rows_that_lie_far_out_are_told_though_they_are_no_more_than_asked_for() -> None:
    app = AppTest.from_file(REPOSITORY / "app.py", default_timeout=120).run()
    app.selectbox(key="data").set_value("upload").run()
    lines = [f"{i * 7 % 31},{i * 11 % 29}" for i in range(400)] + ["900,-900", "900,900"]
    app.file_uploader[0].upload("own.csv", ("a,b\n" + "\n".join(lines) + "\n").encode(), "text/csv").run()
    app.slider(key="k").set_value(1).run()
    app.switch_page(PAGE).run()
    assert not app.exception
    told = " ".join(element.value for element in app.markdown)
    assert "So many are no more than chance explains, but not how far out they lie." in told
    assert "of them lie more than" in told


def test_a_typed_point_is_told_and_taken_back() -> None:
    app = opened(data="Old Faithful", k="2")
    app.text_input(key="points").set_value("2, 54; 3, 70").run()
    table = app.dataframe[1].value
    assert table["below the threshold"].tolist() == ["no", "yes"]
    assert table["region"].tolist()[0] == "within 50%"
    assert table["component 1"].iloc[0] > 0.99
    assert table["eruptions"].tolist() == [2.0, 3.0]
    app.button(key="undo_point").click().run()
    assert app.text_input(key="points").value == "2, 54"
    app.button(key="remove_points").click().run()
    assert app.text_input(key="points").value == ""
    assert len(app.dataframe) == 1
    app.text_input(key="points").set_value("no numbers").run()
    assert any("2 numbers" in caption.value for caption in app.caption)


def test_no_more_points_are_told_than_the_page_holds() -> None:
    app = opened(data="Old Faithful", k="2", points="; ".join(["2, 54"] * 40))
    assert len(app.dataframe[1].value) == 20


def test_a_fresh_draw_is_another_sample() -> None:
    app = opened(data="Old Faithful", k="2")
    before = app.get("bidi_component")[2].proto.SerializeToString()
    app.button(key="draw_afresh").click().run()
    assert app.get("bidi_component")[2].proto.SerializeToString() != before


def test_many_rows_are_listed_in_part() -> None:
    app = opened(blobs_n_samples="50000", n_init="1", threshold_percent="2")
    assert int(metrics(app)["Rows below"].replace(",", "")) > 500
    assert len(app.dataframe[0].value) == 500
    assert any("The first 500" in caption.value for caption in app.caption)


def test_an_upload_with_gaps_and_texts_lists_its_own_rows() -> None:
    app = AppTest.from_file(REPOSITORY / "app.py", default_timeout=120).run()
    app.selectbox(key="data").set_value("upload").run()
    lines = [f"=name{i},{'' if i == 3 else i % 7},{(i * 3) % 11}" for i in range(60)]
    lines.append("*odd* [x](y),90,-90")
    app.file_uploader[0].upload("own.csv", ("row,a,b\n" + "\n".join(lines) + "\n").encode(), "text/csv").run()
    app.slider(key="k").set_value(1).run()
    app.switch_page(PAGE).run()
    assert not app.exception
    table = app.dataframe[0].value
    assert table["row"].iloc[0] == 61
    assert table["row (data)"].iloc[0] == "*odd* [x](y)"


def test_a_fit_that_is_refused_is_a_sentence() -> None:
    app = opened(data="Old Faithful", k="20")
    app.multiselect[0].set_value([]).run()
    assert not app.exception
    assert not app.dataframe
    assert app.error or app.warning
