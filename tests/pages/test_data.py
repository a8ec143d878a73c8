"""The Data page through AppTest."""

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Selectbox

from gmm_core.tables.generators import GENERATORS
from gmm_core.tables.samples import SAMPLES

APP = Path(__file__).parents[2] / "app.py"


def opened() -> AppTest:
    app = AppTest.from_file(APP, default_timeout=120).run()
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
    assert rows.index[0] == 1  # hovering calls it row 1 too
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
    assert "“year” was not chosen to begin with" in text(app)


def test_the_controls_keep_their_values_from_page_to_page() -> None:
    app = opened()
    app.slider(key="k").set_value(6).run()
    app.number_input(key="blobs_n_samples").set_value(100).run()
    app.switch_page("pages/explore/clusters.py").run()
    assert app.slider(key="k").value == 6
    assert app.number_input(key="blobs_n_samples").value == 100
    assert {metric.label: metric.value for metric in app.metric}["Parameters"] == "35"


def uploaded(content: bytes, name: str = "mine.csv") -> AppTest:
    app = opened()
    app.selectbox(key="data").set_value("upload").run()
    app.file_uploader[0].upload(name, content, "text/csv").run()
    assert not app.exception
    return app


def control(app: AppTest, label: str) -> Selectbox:
    return next(box for box in app.selectbox if box.label == label)


def warnings(app: AppTest) -> str:
    """What is warned of, without the backslashes that keep it from being markup."""
    return " ".join(box.value for box in app.warning).replace("\\", "")


def preview(app: AppTest) -> pd.DataFrame:
    return next(table.value for table in app.dataframe if "column" not in table.value.columns)


def test_what_was_found_out_is_shown_and_can_be_overruled() -> None:
    app = uploaded(b"a,b;c\n1,5;2\n3,5;4\n9,1;3\n")
    shown = {box.label: box.value for box in app.selectbox}
    assert shown["Delimiter"] == "semicolon"
    assert shown["Decimal sign"] is True
    assert shown["First row"] is True
    assert shown["Encoding"] == "utf-8"
    assert "Detected from the file." in text(app)
    assert preview(app)["a,b"].tolist() == [1.5, 3.5, 9.1]
    control(app, "Decimal sign").set_value(False).run()
    assert not app.exception
    assert "commas between thousands" not in text(app)
    control(app, "Delimiter").set_value("comma").run()
    assert not app.exception
    assert "Chosen by you: delimiter, decimal sign." in text(app)
    assert preview(app).shape == (3, 2)
    assert list(preview(app).columns) == ["a", "b;c"]
    next(button for button in app.button if button.label == "Detect again").click().run()
    assert list(preview(app).columns) == ["a,b", "c"]


def test_a_file_that_cannot_be_read_as_asked_keeps_its_controls_and_the_data_that_was_there() -> None:
    app = uploaded("größe,b\n1.5,2\n3.5,4\n".encode("cp1252"))
    control(app, "Encoding").set_value("utf-8").run()
    assert not app.exception
    assert "The file is not written in UTF-8" in warnings(app)
    assert list(preview(app).columns) == ["größe", "b"]
    control(app, "Encoding").set_value("latin-1").run()
    assert not app.warning
    assert list(preview(app).columns) == ["größe", "b"]


def test_a_file_that_is_refused_at_first_can_be_helped() -> None:
    app = uploaded("имя;вес\nАня;2\nБоря;3\nВера;5\n".encode("utf-16-le"))
    assert "The file holds binary data, not text" in warnings(app)
    control(app, "Encoding").set_value("utf-16-le").run()
    assert not app.exception
    assert not app.warning
    assert preview(app)["вес"].tolist() == [2, 3, 5]


def test_dates_and_mixed_columns_become_numbers_on_request_only() -> None:
    app = uploaded(b"visit,a,b\n1970-01-02,1.5,1\n1970-02-01,3.5,oops\n1971-01-01,2,3\n")
    assert app.session_state["analysis"].preparation.columns == ("a",)
    asked = next(box for box in app.multiselect if box.label == "Read as numbers")
    assert asked.options == ["visit (dates)", "b (mostly numbers)"]
    asked.set_value(["visit", "b"]).run()
    assert not app.exception
    assert preview(app)["visit"].tolist() == [1, 31, 365]
    assert "are days since 1 January 1970" in text(app)
    assert {"visit", "a", "b"} == set(app.session_state["analysis"].dataset.numeric_columns)


def test_a_file_may_be_called_data_as_those_of_the_uci_repository() -> None:
    nasty = Path(__file__).parents[1] / "gmm_core/tables/nasty/uci.data"
    app = uploaded(nasty.read_bytes(), "iris.data")
    assert not app.warning
    assert preview(app).shape == (3, 3)


def test_what_else_is_missing_can_be_said_and_taken_back() -> None:
    app = uploaded(b"a,b\n-999,1\n1.5,2\n2.5,3\n3.5,4\n-999,7\n")
    assert "“a” holds -999 in 2 rows" in text(app).replace("\\", "")
    said = next(box for box in app.text_input if box.label == "Also missing")
    said.set_value("-999, unknown").run()
    assert not app.exception
    assert preview(app)["a"].isna().tolist() == [True, False, False, False, True]
    assert "-999" not in text(app).replace("\\", "")
    assert "Chosen by you: what is missing." in text(app)
    next(button for button in app.button if button.label == "Detect again").click().run()
    assert preview(app)["a"].notna().all()


def test_a_sheet_of_a_workbook_can_be_chosen() -> None:
    nasty = Path(__file__).parents[1] / "gmm_core/tables/nasty/excel_sheets.xlsx"
    app = uploaded(nasty.read_bytes(), "book.xlsx")
    assert control(app, "Sheet").options == ["read me", "data", "other"]
    assert control(app, "Sheet").value == "data"
    assert [box.label for box in app.selectbox if box.label in ("Delimiter", "Encoding")] == []
    control(app, "Sheet").set_value("other").run()
    assert not app.exception
    assert list(preview(app).columns) == ["x"]


def test_text_of_a_file_is_shown_as_it_is() -> None:
    app = uploaded(b"<script>alert(1)</script>,$x$,:smile:\n1.5,2,3\n3.5,4,4\n")
    assert app.code[0].value.splitlines()[0] == "<script>alert(1)</script>,$x$,:smile:"
    assert app.code[0].language == "plaintext"


def test_missing_values_filled_by_medians_are_warned_of_on_every_page() -> None:
    app = uploaded(b"a,b\n1.5,2\n3.5,\n2,7\n9,1\n")
    assert not app.warning
    app.selectbox(key="missing").set_value("median").run()
    assert "1 missing value of “b” was filled by the median" in warnings(app)
    app.switch_page("pages/explore/clusters.py").run()
    assert "filled by the median" in warnings(app)


def test_numbers_beyond_any_variance_give_a_sentence_on_every_page() -> None:
    app = uploaded(b"a,b\n" + b"1e308,-1e308\n1e307,1e308\n0,1\n5,2\n3,1e300\n" * 4)
    for page in sorted((APP.parent / "pages").glob("*/*.py")):
        app.switch_page(str(page.relative_to(APP.parent))).run()
        assert not app.exception, page
    app.switch_page("pages/explore/data.py").run()
    assert "so large or so close together that their variance is no number" in warnings(app)


def test_a_bad_file_in_the_place_of_a_good_one_leaves_the_data_that_was_there() -> None:
    app = uploaded(b"good,b\n1.5,2\n3.5,4\n9,1\n")
    app.file_uploader[0].clear().run()  # as a browser does before it sends another file
    app.file_uploader[0].upload("bad.csv", b"x,y\n,\n", "text/csv").run()
    assert "Until then “mine.csv” is shown" in app.warning[0].value.replace("\\", "")
    assert "good" in preview(app).columns


def test_a_file_that_is_in_use_while_its_box_is_empty_is_named() -> None:
    app = uploaded(b"good,b\n1.5,2\n3.5,4\n9,1\n")
    said = "In use: mine.csv"
    assert said not in [each.value.replace("\\", "") for each in app.sidebar.caption]
    app.selectbox(key="data").set_value("iris").run()
    app.selectbox(key="data").set_value("upload").run()
    assert said in [each.value.replace("\\", "") for each in app.sidebar.caption]
    assert "good" in preview(app).columns


def test_a_file_that_was_removed_is_let_go() -> None:
    app = uploaded(b"good,b\n1.5,2\n3.5,4\n9,1\n")
    app.file_uploader[0].clear().run()
    assert "good" not in preview(app).columns
    app.run()
    app.file_uploader[0].upload("bad.csv", b"x,y\n,\n", "text/csv").run()
    assert "good" not in preview(app).columns
    assert "removed file of upload" not in app.session_state


def test_numbers_of_a_column_have_digits_enough_and_whole_ones_all() -> None:
    lines = "".join(
        f"{100_001 + i},{0.001234567 - i},{12_345_678 + 3 * i},{'x' if i else ''}\n" for i in range(3)
    )
    table = uploaded(f"id,small,large,text\n{lines}".encode()).dataframe[2]
    assert table.value["minimum"].tolist()[:3] == pytest.approx([100_001, -1.998765433, 12_345_678])
    shown = pa.ipc.open_stream(table.proto.arrow_data.styler.display_values).read_pandas().set_index("column")
    assert shown.loc["id", ["minimum", "median", "maximum"]].tolist() == ["100,001", "100,002", "100,003"]
    assert shown.loc["small", ["minimum", "maximum"]].tolist() == ["−1.99877", "0.00123457"]
    assert shown.loc["large", ["distinct", "minimum"]].tolist() == ["3", "12,345,678"]
    assert shown.loc["text", ["missing", "mean"]].tolist() == ["1", "–"]
