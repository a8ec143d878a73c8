"""Take away through AppTest: any number of features, K = 1, many rows, an upload."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from gmm_core.export.model_file.model import Model
from gmm_core.export.model_file.model_file import model_file
from gmm_core.fitting.fit import fit
from gmm_core.fitting.specification import FitSpecification
from gmm_core.tables.preparation import Preparation, prepare
from gmm_core.tables.samples import load_sample

REPOSITORY = Path(__file__).parents[2]
PAGE = "pages/take_away/export.py"


def opened(**query: str) -> AppTest:
    app = AppTest.from_file(REPOSITORY / "app.py", default_timeout=120)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    app.switch_page(PAGE).run()
    assert not app.exception
    return app


@pytest.mark.parametrize(("n_features", "k"), [(1, 3), (1, 1), (2, 1), (3, 3), (8, 4)])
def test_any_number_of_features_and_components(n_features: int, k: int) -> None:
    app = opened(blobs_n_features=str(n_features), k=str(k))
    rows = app.dataframe[0].value
    assert len(rows) == 200
    probabilities = rows[[f"probability of component {i + 1}" for i in range(k)]]
    assert probabilities.sum(axis=1).tolist() == pytest.approx([1.0] * 200)
    assert {"component", "uncertainty", "log-density", "feature 1"} <= set(rows.columns)


def test_the_code_is_written_for_the_tab_that_is_open() -> None:
    app = opened(data="Old Faithful", k="2")
    assert len(app.code) == 1
    assert "load_sample('faithful')" in app.code[0].value
    app.session_state["script"] = "scikit-learn"
    app.run()
    assert not app.exception
    assert "from sklearn.mixture import GaussianMixture" in app.code[0].value


NEW = b"note;waiting;eruptions\nshort;54;2\nlong;80;4,5\nnothing;;4,5\nodd;20;9\n"


def uploaded(app: AppTest, key: str, name: str, content: bytes) -> None:
    next(one for one in app.file_uploader if one.key == key).upload(name, content, "text/plain").run()
    assert not app.exception


def test_new_rows_are_labelled_by_the_names_of_their_columns() -> None:
    app = opened(data="Old Faithful", k="2")
    uploaded(app, "new_rows_file", "new.csv", NEW)
    assert {metric.label: metric.value for metric in app.metric} == {
        "Rows": "4",
        "Labelled": "3",
        "Without a label": "1",
        "Unexpected": "1",
    }
    counts, rows = app.dataframe[1].value, app.dataframe[2].value
    assert counts["rows"].sum() == 3
    assert rows["note"].tolist() == ["short", "long", "nothing", "odd"]
    assert rows["component"].tolist()[:2] == [1, 2]
    assert rows["component"].isna().tolist() == [False, False, True, False]
    assert rows["unexpected"].tolist()[:2] == [False, False] and rows["unexpected"].tolist()[3]


def test_new_rows_without_a_column_of_the_model_are_told_which() -> None:
    app = opened(data="Old Faithful", k="2")
    uploaded(app, "new_rows_file", "new.csv", b"Waiting,eruptions\n54,2\n")
    told = [error.value.replace("\\", "") for error in app.error]
    assert any("lacks the model's column “waiting”: rename “Waiting”" in sentence for sentence in told)
    assert not app.metric


def test_one_new_row_is_enough() -> None:
    app = opened(data="Old Faithful", k="2")
    uploaded(app, "new_rows_file", "new.csv", b"waiting,eruptions\n54,2\n")
    assert app.metric[0].value == "1"


def test_a_model_file_is_opened_and_labels_in_place_of_the_fit() -> None:
    penguins = load_sample("penguins")
    preparation = Preparation(penguins.default_columns())
    prepared = prepare(penguins, preparation)
    model = Model.of(fit(prepared.X, FitSpecification(2, n_init=1)), prepared, preparation, "*pen*")
    app = opened(data="Old Faithful", k="2")
    app.segmented_control(key="labelled_by").set_value("A model file").run()
    uploaded(app, "model_file", "model.json", model_file(model))
    assert any(r"\*pen\*" in element.value and "2 components" in element.value for element in app.markdown)
    uploaded(app, "new_rows_file", "penguins.csv", penguins.table.to_csv(index=False).encode())
    assert {metric.label: metric.value for metric in app.metric}["Labelled"] == "342"
    uploaded(app, "model_file", "model.json", b'{"format": 1e400}')
    assert any("no model file" in error.value for error in app.error)


def test_many_rows_and_an_upload_with_hostile_names_are_shown() -> None:
    app = opened(blobs_n_samples="50000", n_init="1")
    assert "50,000 rows" in " ".join(element.value for element in app.markdown)
    app.selectbox(key="data").set_value("upload").run()
    lines = "".join(f"{i % 7},{(i * 3) % 11},=1+{i}\n" for i in range(60))
    uploaded(app, "upload", "<b>own*.csv", ("*a* [x](y),component,c\n" + lines).encode())
    rows = app.dataframe[0].value
    assert rows["c"].tolist()[0] == "=1+0"
    assert {"component", "component (2)"} <= set(rows.columns)
    assert "pd.read_csv(" in app.code[0].value or "read_file(" in app.code[0].value


def test_a_fit_that_is_refused_is_a_sentence() -> None:
    app = opened(data="Old Faithful", k="2")
    app.multiselect[0].set_value([]).run()
    assert not app.exception and not app.dataframe and app.warning


def test_what_the_script_of_gmm_core_needs_is_said_beside_it() -> None:
    app = opened(data="Old Faithful", k="2")
    assert any("PYTHONPATH" in caption.value and "your file" not in caption.value for caption in app.caption)
    app.selectbox(key="data").set_value("upload").run()
    lines = "".join(f"{i % 7},{(i * 3) % 11},2021-01-{1 + i % 28:02}\n" for i in range(60))
    uploaded(app, "upload", "own.csv", f"a,b,day\n{lines}".encode())
    assert any("PYTHONPATH" in caption.value and "your file" in caption.value for caption in app.caption)
    assert '"day"' in app.dataframe[0].proto.columns and '"date"' in app.dataframe[0].proto.columns


def test_a_json_that_is_no_model_file_is_told_so_and_what_to_do() -> None:
    app = opened(data="Old Faithful", k="2")
    app.segmented_control(key="labelled_by").set_value("A model file").run()
    uploaded(app, "model_file", "other.json", b'{"name": "x"}')
    told = [error.value.replace("\\", "") for error in app.error]
    assert any("no model file of GMM Explorer" in sentence and "Take away" in sentence for sentence in told)
