"""The page Covariance shapes through AppTest: any number of features, K = 1, many rows, an upload, a choice."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from gmm_core.model.covariance.catalogue import STRUCTURES
from ui.views.covariance_shapes.gallery import explanation

REPOSITORY = Path(__file__).parents[2]
PAGE = "pages/learn/covariance_shapes.py"


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


@pytest.mark.parametrize(("n_features", "k"), [(1, 3), (1, 1), (2, 1), (3, 3), (8, 4)])
def test_any_number_of_features_and_components(n_features: int, k: int) -> None:
    app = opened(blobs_n_features=str(n_features), k=str(k))
    assert len(app.get("bidi_component")) == len(STRUCTURES) + 1
    table = app.dataframe[0].value
    assert list(table["covariance type"]) == list(STRUCTURES)
    assert list(table["parameters"]) == [
        structure.parameter_count(k, n_features) for structure in STRUCTURES.values()
    ]
    assert ("one and the same model" in texts(app)) == (n_features == 1)
    if n_features > 2:
        app.segmented_control(key="shapes_view").set_value("principal").run()
        assert not app.exception


def test_a_type_becomes_the_model_of_every_page() -> None:
    app = opened(data="Old Faithful")
    assert "BIC chooses tied" in texts(app)
    table = app.dataframe[0].value.set_index("covariance type")
    assert app.button(key="take-full").disabled
    app.button(key="take-tied").click().run()
    assert app.segmented_control(key="covariance").value == "tied"
    assert app.button(key="take-tied").disabled
    app.switch_page("pages/explore/clusters.py").run()
    shown = {metric.label: metric.value for metric in app.metric}
    assert shown["BIC"] == f"{table['BIC']['tied']:,.1f}"
    assert shown["Log-likelihood"] == f"{table['log-likelihood']['tied']:,.1f}".replace("-", "−")


def test_many_rows_and_too_many_parameters() -> None:
    assert not opened(blobs_n_samples="50000", n_init="1").exception
    app = opened(blobs_n_samples="60", blobs_n_features="8", k="3", n_init="1")
    assert "the model has 134 free parameters for 60 rows" in texts(app)


def test_an_upload() -> None:
    app = AppTest.from_file(REPOSITORY / "app.py", default_timeout=120).run()
    app.selectbox(key="data").set_value("upload").run()
    lines = "\n".join(f"{i % 7},{(i * 3) % 11},{i % 2 * 9 + i % 5}" for i in range(60))
    app.file_uploader[0].upload("own.csv", f"a,b,c\n{lines}\n".encode(), "text/csv").run()
    app.switch_page(PAGE).run()
    assert not app.exception
    assert len(app.dataframe[0].value) == len(STRUCTURES)


def test_one_of_a_kind_is_no_plural() -> None:
    assert "has 1 free weight and 2 coordinates of means" in explanation(2, 1)
    assert "has 0 free weights and 1 coordinate of means" in explanation(1, 1)


def test_of_covariance_types_that_are_not_all_fitted_none_is_chosen() -> None:
    def page(n_fits: int) -> None:
        import numpy as np

        from gmm_core.fitting.progress import run_to_end
        from gmm_core.fitting.specification import FitSpecification
        from gmm_core.studies.family_comparison import fitting_structures
        from ui.views.covariance_shapes.gallery import show_conclusion

        rows = np.random.default_rng(0).normal(size=(50, 2))
        structure_fits = run_to_end(fitting_structures(rows, FitSpecification(2, n_init=1)))
        show_conclusion(structure_fits[:n_fits], 2)

    def conclusion_text(n_fits: int) -> str:
        return texts(AppTest.from_function(page, kwargs={"n_fits": n_fits}, default_timeout=120).run())

    assert "BIC chooses once all covariance types are fitted: 3 of 4 are." in conclusion_text(3).replace(
        "*", ""
    )
    assert "below" not in conclusion_text(3)
    assert "BIC chooses once" not in conclusion_text(4)
