"""Take away through AppTest: any number of features, K = 1, many rows, an upload."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

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
