"""The Clusters page through AppTest: every control and data set, no exception, sentences for what fails."""

import importlib
import re
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

import pytest
from streamlit.proto.Metric_pb2 import Metric
from streamlit.testing.v1 import AppTest

from gmm_core.fitting.fit import fit
from gmm_core.model.covariance.catalogue import STRUCTURES
from gmm_core.starts.kinds import ALL_STARTS, MIXED, SPLITS
from gmm_core.tables.generators import GENERATORS
from gmm_core.tables.samples import SAMPLES
from ui.compute.limits import LIMITS
from ui.figures.base.wording import tenths
from ui.shell.analysis import Analysis

APP = Path(__file__).parents[2] / "app.py"


def opened(**query: str) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=120)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def metrics(app: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in app.metric}


def analysis(app: AppTest) -> Analysis:
    found: Analysis = app.session_state["analysis"]
    return found


def test_it_is_useful_the_second_it_opens() -> None:
    app = opened()
    shown = metrics(app)
    assert list(shown) == ["Log-likelihood", "BIC", "AIC", "ICL", "Iterations", "Parameters"]
    asked = analysis(app)
    assert asked.prepared is not None
    found = fit(asked.prepared.X, asked.specification)
    assert shown["Log-likelihood"] == tenths(found.log_likelihood)
    assert shown["Parameters"] == str(found.criteria.parameter_count)
    assert not app.warning
    assert not app.error


@pytest.mark.parametrize(
    ("query", "told"), [({}, 1), ({"present": "true"}, 0), ({"lesson": "local-optima"}, 0)]
)
def test_whoever_is_new_is_told_what_there_is_to_see_and_where_to_begin(
    query: dict[str, str], told: int
) -> None:
    app = opened(**query)
    assert sum("A **Gaussian mixture**, fitted by EM" in caption.value for caption in app.caption) == told
    assert sum("New here?" in link.proto.label for link in app.get("page_link")) == told


@pytest.mark.parametrize("k", [1, 2, 20])
def test_components_change_the_model(k: int) -> None:
    app = opened()
    app.slider(key="k").set_value(k).run()
    assert not app.exception
    assert analysis(app).specification.n_components == k
    assert metrics(app)["Parameters"] == str(STRUCTURES["full"].parameter_count(k, 2))


@pytest.mark.parametrize("name", STRUCTURES)
def test_the_covariance_type_changes_the_model(name: str) -> None:
    app = opened(covariance=name)
    assert metrics(app)["Parameters"] == str(STRUCTURES[name].parameter_count(3, 2))


@pytest.mark.parametrize("init", [MIXED, SPLITS, *ALL_STARTS])
def test_every_kind_of_start_is_on_offer(init: str) -> None:
    app = opened()
    app.selectbox(key="init").set_value(init).run()
    assert not app.exception
    assert analysis(app).specification.init == init


def test_restarts_seed_and_the_advanced_controls_reach_the_fit() -> None:
    app = opened()
    app.number_input(key="n_init").set_value(7)
    app.number_input(key="seed").set_value(5)
    app.number_input(key="max_iter").set_value(3)
    app.select_slider(key="tolerance").set_value(1e-9)
    app.select_slider(key="regularization").set_value(1e-3)
    app.run()
    assert not app.exception
    specification = analysis(app).specification
    assert (specification.n_init, specification.seed, specification.max_iterations) == (7, 5, 3)
    assert (specification.tolerance, specification.regularization) == (1e-9, 1e-3)


@pytest.mark.parametrize("source", [*GENERATORS, *SAMPLES])
def test_every_data_set_is_fitted(source: str) -> None:
    app = opened()
    app.selectbox(key="data").set_value(source).run()
    assert not app.exception
    assert metrics(app)["Log-likelihood"]


@pytest.mark.parametrize("n_features", [1, 2, 3, 8])
@pytest.mark.parametrize("k", [1, 4])
def test_any_number_of_features_is_shown_in_every_view(n_features: int, k: int) -> None:
    app = opened(k=str(k))
    app.number_input(key="blobs_n_features").set_value(n_features).run()
    assert not app.exception
    views = ["plane", "principal", "space", "pairs"] if n_features > 2 else [None]
    for view in views:
        if view is not None:
            app.segmented_control(key="view").set_value(view).run()
        for colouring in ("component", "responsibility", "true label", "none"):
            app.selectbox(key="colour").set_value(colouring).run()
            assert not app.exception, (view, colouring)


def test_the_model_follows_the_chosen_columns() -> None:
    app = opened()
    app.selectbox(key="data").set_value("iris").run()
    app.multiselect(key="columns_iris_4").set_value(["petal length (cm)", "petal width (cm)"]).run()
    assert not app.exception
    prepared = analysis(app).prepared
    assert prepared is not None
    assert prepared.columns == ("petal length (cm)", "petal width (cm)")
    assert metrics(app)["Parameters"] == "17"


def test_no_column_is_a_sentence_and_not_an_end() -> None:
    app = opened()
    app.selectbox(key="data").set_value("iris").run()
    app.multiselect(key="columns_iris_4").set_value([]).run()
    assert not app.exception
    assert "No column is chosen" in app.warning[0].value
    assert not app.metric
    app.selectbox(key="data").set_value("faithful").run()
    assert app.metric


def test_too_many_components_for_the_rows_is_a_sentence() -> None:
    app = opened(k="20")
    app.number_input(key="blobs_n_samples").set_value(20)
    app.number_input(key="blobs_n_features").set_value(10).run()
    assert not app.exception
    assert metrics(app)["BIC"] == "—"
    assert any("free parameters for 20 rows" in caption.value for caption in app.caption)


def test_parameters_stand_in_original_and_in_fitted_units() -> None:
    app = opened()
    app.selectbox(key="data").set_value("faithful").run()
    app.slider(key="k").set_value(2).run()
    assert not app.dataframe  # two tables cost more than the picture: they wait until they are asked for
    app.session_state["parameters"] = True
    app.run()
    assert sorted(mean_waiting(app)) == [pytest.approx(54.5, abs=0.5), pytest.approx(80, abs=1)]
    rows = app.dataframe[0].value.set_index("component").loc["rows assigned"]
    assert sum(map(int, rows)) == 272
    app.segmented_control(key="units").set_value("fitted units").run()
    assert max(map(abs, mean_waiting(app))) < 2
    assert any("weights add up to 1" in caption.value for caption in app.caption)


def mean_waiting(app: AppTest) -> list[float]:
    """The means in the row that tells mean ± standard deviation, of each component."""
    told = app.dataframe[0].value.set_index("component").loc["waiting"]
    return [float(str(cell).split(" ± ")[0].replace("−", "-")) for cell in told]


def test_a_change_is_told_beside_each_number_and_once_below_against_what() -> None:
    app = opened(k="3")
    assert not [metric for metric in app.metric if metric.delta.startswith(("−", "-"))]
    before = {metric.label: metric.value for metric in app.metric}
    app.slider(key="k").set_value(5).run()
    for metric in app.metric:
        if metric.label in ("Log-likelihood", "BIC", "AIC", "ICL"):
            values = [
                float(value.replace("−", "-").replace(",", ""))
                for value in (before[metric.label], metric.value)
            ]
            assert "-" not in metric.delta
            assert float(metric.delta.replace("−", "-")) == pytest.approx(values[1] - values[0], abs=0.11)
            better = values[1] > values[0] if metric.label == "Log-likelihood" else values[1] < values[0]
            assert metric.proto.color == (Metric.GREEN if better else Metric.RED)
            assert metric.proto.direction == (Metric.UP if values[1] > values[0] else Metric.DOWN)
    assert "Arrows: the change against K = 3." in [caption.value for caption in app.caption]


def test_many_points_are_drawn_as_a_density_and_the_page_says_so() -> None:
    app = opened(n_init="1")
    app.number_input(key="blobs_n_samples").set_value(50_000).run()
    assert not app.exception
    assert any("50\\,000" in caption.value and "sample" in caption.value for caption in app.caption)
    prepared = analysis(app).prepared
    assert prepared is not None
    assert len(prepared.X) == 50_000


@pytest.mark.parametrize(
    "query",
    [
        {"k": "9999"},
        {"k": "three"},
        {"covariance": "<script>"},
        {"data": "../../etc/passwd"},
        {"seed": "-5", "n_init": "1e9"},
        {"scale": "nonsense", "init": "x", "view": "y", "colour": "z", "contours": "w"},
        {"blobs_n_samples": "-1", "blobs_cluster_std": "nan"},
        {"columns_blobs_2": "no such column"},
    ],
)
def test_a_link_with_nonsense_opens_with_defaults(query: dict[str, str]) -> None:
    app = opened(**query)
    assert app.metric
    assert 1 <= analysis(app).specification.n_components <= 20


def test_a_fit_cut_off_by_the_time_budget_is_for_its_visitor_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    link = {"seed": "123457", "n_init": "20", "init": "random points", "tolerance": "1e-10"}
    with monkeypatch.context() as hurried:
        hurried.setattr("ui.compute.long_task.LIMITS", replace(LIMITS, fit_seconds=0.0))
        app = opened(**link)
    # how far the restarts come that run beside the first depends on the machine
    assert was_stopped(app) and was_stopped(app.run())
    assert not was_stopped(opened(**link))


def was_stopped(app: AppTest) -> bool:
    """Whether the page says that the fit was stopped before its last restart was over."""
    return any(re.search(r"was stopped in restart \d+ of 20", caption.value) for caption in app.caption)


def agreement_line(app: AppTest) -> str:
    """The label of the expander that compares components and labels, without its backslashes."""
    found = [box.label for box in app.expander if box.label.startswith("Components and")]
    assert len(found) == 1
    return found[0].replace("\\", "")


def test_components_are_compared_with_the_true_labels_and_with_any_column_of_categories() -> None:
    app = opened()
    app.selectbox(key="data").set_value("penguins").run()
    assert agreement_line(app).startswith("Components and species: adjusted Rand index 0.")
    fitted = analysis(app).prepared
    assert fitted is not None
    labels = next(box for box in app.selectbox if box.label == "Labels")
    assert labels.options == ["species", "island", "sex"]
    labels.set_value("island").run()
    assert not app.exception
    assert agreement_line(app).startswith("Components and island: adjusted Rand index 0.")
    changed = analysis(app).prepared
    assert changed is not None and changed.digest == fitted.digest and changed.columns == fitted.columns
    table = next(element.value for element in app.dataframe if element.value.index.name == "island")
    assert list(table.index) == ["Biscoe", "Dream", "Torgersen"]
    assert table.to_numpy().sum() == len(changed.X)


def test_a_file_is_coloured_by_a_column_only_when_asked_and_never_fits_it() -> None:
    lines = "\n".join(f"{x},{x % 7},{'left' if x < 20 else 'right'}" for x in range(40))
    app = opened()
    app.selectbox(key="data").set_value("upload").run()
    app.file_uploader[0].upload("own.csv", f"x,y,<b>side</b>\n{lines}\n".encode(), "text/csv").run()
    prepared = analysis(app).prepared
    assert prepared is not None and prepared.labels is None
    assert not [box for box in app.expander if box.label.startswith("Components and")]
    next(box for box in app.selectbox if box.label == "Labels").set_value("<b>side</b>").run()
    assert not app.exception
    prepared = analysis(app).prepared
    assert prepared is not None and prepared.labels is not None
    assert "<b>side</b>" not in prepared.columns
    assert agreement_line(app).startswith("Components and <b>side</b>: adjusted Rand index")
    colour = next(box for box in app.selectbox if box.label == "Colour")
    colour.set_value("true label").run()
    assert not app.exception


def test_a_restart_that_ended_higher_than_the_best_is_explained() -> None:
    app = opened(data="Iris", k="5", n_init="10")
    assert any(" ended higher" in caption.value for caption in app.caption)


def test_a_link_carries_the_axes() -> None:
    app = opened(data="Palmer penguins", axis_1_of_4="body_mass_g", axis_2_of_4="no such column")
    assert app.selectbox(key="axis_1_of_4").value == 3
    assert app.selectbox(key="axis_2_of_4").value == 1
    app.switch_page("pages/explore/data.py").run()
    app.switch_page("pages/explore/clusters.py").run()
    assert not app.exception
    assert app.selectbox(key="axis_1_of_4").value == 3


def test_no_two_axes_show_one_column_nor_do_their_boxes_say_so() -> None:
    app = opened(data="Palmer penguins")

    def boxes() -> list[int | None]:
        return [app.selectbox(key=f"axis_{axis}_of_4").value for axis in (1, 2, 3)]

    app.selectbox(key="axis_1_of_4").set_value(2).run()
    app.segmented_control(key="view").set_value("space").run()
    assert boxes() == [2, 1, 0]
    app.selectbox(key="axis_3_of_4").set_value(2).run()
    assert boxes() == [0, 1, 2]
    assert not app.exception


def test_rows_and_columns_that_are_not_fitted_are_counted_beside_the_fit() -> None:
    app = opened(data="Palmer penguins")
    assert any("342 of 344 rows and 4 of 8 columns are fitted" in each.value for each in app.sidebar.caption)
    app.selectbox(key="data").set_value("upload").run()
    app.file_uploader[0].upload("mine.csv", b"a,b,c\n1,2,x\n3,4,y\n5,,z\n7,9,x\n2,6,y\n8,1,z\n", "text/csv")
    app.run()
    assert not app.exception
    assert any(
        "5 of 6 rows and 2 of 3 columns are fitted: a, b" in each.value for each in app.sidebar.caption
    )
    rows = [",".join(f"{i * prime % 97 / 10}" for prime in (2, 3, 5, 7, 11, 13)) for i in range(40)]
    wide = "\n".join(["a,b,c,d,e,f", *rows])
    app.file_uploader[0].set_value([("wide.csv", wide.encode(), "text/csv")]).run()
    assert any("a, b, c, d, and 2 more. The page Data" in each.value for each in app.sidebar.caption)
    app.selectbox(key="data").set_value("blobs").run()
    assert not any("are fitted" in each.value for each in app.sidebar.caption)


def test_a_second_visitor_with_the_same_settings_computes_nothing_and_draws_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    link = {"seed": "76543", "k": "4"}
    first = opened(**link)

    def computed_again(*_: object, **__: object) -> NoReturn:
        pytest.fail("What another visitor had computed was computed again.")

    for name in (
        "ui.shell.page.fitting",
        "ui.projection.view.picture",
        "ui.views.clusters.side_figures.restart_likelihoods",
        "ui.views.clusters.side_figures.responsibilities_picture",
    ):
        monkeypatch.setattr(name, computed_again)
    assert metrics(opened(**link)) == metrics(first)


def test_another_setting_is_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []
    for name in (
        "projection.view.picture",
        "views.clusters.side_figures.restart_likelihoods",
        "views.clusters.side_figures.responsibilities_picture",
    ):
        module, function = name.rsplit(".", 1)
        original = getattr(importlib.import_module(f"ui.{module}"), function)

        def counted(*given: Any, function: str = function, original: Any = original) -> Any:
            drawn.append(function)
            return original(*given)

        monkeypatch.setattr(f"ui.{name}", counted)
    app = opened(seed="76544")  # of which no other test draws anything
    assert analysis(app).specification.seed == 76544
    assert metrics(app)
    assert sorted(drawn) == ["picture", "responsibilities_picture", "restart_likelihoods"]
    drawn.clear()
    app.selectbox(key="colour").set_value("responsibility").run()
    assert drawn == ["picture"]
    drawn.clear()
    app.slider(key="k").set_value(2).run()
    assert sorted(drawn) == ["picture", "responsibilities_picture", "restart_likelihoods"]
