"""The page K-means or GMM through AppTest: any number of features, K = 1, many rows, an upload, every control."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from gmm_core.studies.kmeans_comparison.verdict import Choice
from ui.views.kmeans_or_gmm.side_by_side import CONCLUSIONS

REPOSITORY = Path(__file__).parents[2]
PAGE = "pages/learn/kmeans_or_gmm.py"


def opened(**query: str) -> AppTest:
    app = AppTest.from_file(REPOSITORY / "app.py", default_timeout=120)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    app.switch_page(PAGE).run()
    assert not app.exception
    return app


def agreements(app: AppTest) -> tuple[str, str, str]:
    """The adjusted Rand index of the two partitions, of k-means and the true labels, and of the mixture and these."""
    of_both, of_kmeans, of_mixture, _ = (metric.value for metric in app.metric)
    return of_both, of_kmeans, of_mixture


def rows(app: AppTest) -> list[str]:
    return list(app.table[0].value.iloc[:, 0])


def texts(app: AppTest) -> str:
    return " ".join(element.value for element in app.markdown)


@pytest.mark.parametrize(("n_features", "k"), [(1, 3), (1, 1), (2, 1), (3, 3), (8, 4)])
def test_any_number_of_features_and_components(n_features: int, k: int) -> None:
    app = opened(blobs_n_features=str(n_features), k=str(k))
    assert len(app.get("bidi_component")) == 2
    assert rows(app) == ["Assignment", "Cluster shape", "Algorithm", "Speed", "Outliers"]
    app.toggle(key="outlier").set_value(True).run()
    assert not app.exception
    if n_features > 2:
        app.segmented_control(key="cells_view").set_value("principal").run()
        assert not app.exception


def test_both_answers_follow_the_controls() -> None:
    app = opened(blobs_cluster_std="2.0")
    assert agreements(app)[0] == "1"
    assert CONCLUSIONS[Choice.EITHER] in texts(app)
    app.select_slider(key="stretch").set_value(10.0).run()
    _, stretched, of_mixture = agreements(app)
    assert float(stretched) < 0.9
    assert of_mixture == "1"
    assert CONCLUSIONS[Choice.MIXTURE] in texts(app)
    app.select_slider(key="apart").set_value(3.0).run()
    assert float(agreements(app)[1]) > float(stretched)
    app.toggle(key="outlier").set_value(True).run()
    app.number_input(key="outlier_at_0").set_value(90.0).run()
    assert not app.exception
    assert "The outlier" in str(app.table[0].value.iloc[4, 1])
    assert "301 rows" in str(app.table[0].value.iloc[0, 1])


def test_many_rows_are_compared_on_a_sample() -> None:
    app = opened(blobs_n_samples="50000", n_init="1")
    assert any("random sample of 20,000 rows" in caption.value for caption in app.caption)


def test_an_upload_has_no_true_labels() -> None:
    app = AppTest.from_file(REPOSITORY / "app.py", default_timeout=120).run()
    app.selectbox(key="data").set_value("upload").run()
    lines = "\n".join(f"{i % 7},{(i * 3) % 11},{i % 2 * 9 + i % 5}" for i in range(60))
    app.file_uploader[0].upload("own.csv", f"a,b,c\n{lines}\n".encode(), "text/csv").run()
    app.switch_page(PAGE).run()
    assert not app.exception
    assert len(app.metric) == 2  # none of those that compare with true labels


def test_a_fit_that_is_refused_is_a_sentence() -> None:
    app = opened(data="Old Faithful", k="20")
    app.multiselect[0].set_value([]).run()
    assert not app.exception
    assert not app.table
    assert app.error or app.warning
