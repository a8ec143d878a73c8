"""What the pages say where components hold few different rows, through AppTest: an atom, a far row, none, K near N."""

from collections.abc import Generator
from typing import TypeVar

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from gmm_core.fitting.fit import fit
from gmm_core.fitting.narrow_components import NarrowKind
from gmm_core.fitting.specification import FitSpecification
from gmm_core.studies.family_comparison import StructureFit, fitting_structures
from gmm_core.studies.start_survey import surveying
from gmm_core.tables.dataset import Dataset
from gmm_core.tables.preparation import Preparation, prepare
from tests.pages.test_clusters import metrics, opened
from ui.projection.view import View, picture
from ui.views.covariance_shapes.gallery import _sentences_with_structures

Result = TypeVar("Result")

RNG = np.random.default_rng(0)
SPIKE = np.concatenate([np.zeros(40), RNG.normal(5.0, 1.0, 200)])[:, None]
ONE_FAR = np.concatenate([RNG.normal(size=(200, 2)), [[1e4, 1e4]]])
APART = np.array([[0.0], [1.0], [2.0], [5000.0], [5001.0], [5002.0]])
FEW = RNG.normal(size=(14, 1))
REFUSED = "AIC, BIC and ICL mean nothing here"


def clusters(rows: np.ndarray, k: int) -> AppTest:
    """The page Clusters with these rows uploaded."""
    app = opened(k=str(k), n_init="4")
    app.selectbox(key="data").set_value("upload").run()
    lines = [
        ",".join("ab"[: rows.shape[1]]),
        *(",".join(f"{value!r}" for value in row) for row in rows.tolist()),
    ]
    app.file_uploader[0].upload("mine.csv", "\n".join(lines).encode(), "text/csv").run()
    assert not app.exception
    return app


def captions(app: AppTest) -> str:
    """What stands on the page in small print, without the signs that keep it from being markup."""
    return "\n".join(caption.value.replace("\\", "") for caption in app.caption)


@pytest.mark.parametrize(
    ("rows", "k", "told"),
    [
        (SPIKE, 2, "Component 1 is an atom, on equal rows (40 rows"),
        (ONE_FAR, 2, "Component 2 is isolated, on a few rows far from every other component (1 row"),
        (FEW, 12, "spurious"),
    ],
    ids=["a spike of zeros", "one far row", "K near N"],
)
def test_what_a_component_on_few_different_rows_is_stands_on_the_page(
    rows: np.ndarray, k: int, told: str
) -> None:
    app = clusters(rows, k)
    said = captions(app)
    assert said.count(told) == 1
    assert "Components whose spread says little." in said
    assert REFUSED in said
    assert metrics(app)["BIC"] == "—"


def test_rows_of_isolated_components_can_be_left_out_of_the_picture() -> None:
    app = clusters(ONE_FAR, 2)
    assert app.toggle(key="isolated_rows").value
    app.toggle(key="isolated_rows").set_value(False).run()
    assert not app.exception
    assert "Component 2 is isolated" in captions(app)
    dataset = Dataset.of("far", pd.DataFrame(ONE_FAR, columns=["a", "b"]), "Made here.")
    prepared = prepare(dataset, Preparation(("a", "b")))
    fitted = fit(prepared.X, FitSpecification(2, n_init=2))
    ends = []
    for drawn in (None, fitted.mixture.labels(prepared.X) == 0):
        drawing = picture(View("plane", (0, 1), "component", (0.9,)), prepared, fitted.mixture, (0, 1), drawn)
        ends.append(drawing.figure.layout.xaxis.autorangeoptions.maxallowed)
    assert ends[0] > 1e4 and ends[1] < 10
    assert all(toggle.key != "isolated_rows" for toggle in clusters(SPIKE, 2).toggle)


def test_nothing_is_said_of_tight_groups_far_apart() -> None:
    said = captions(clusters(APART, 2))
    for word in ("atom", "isolated", "spurious", "floor", "spread says little"):
        assert word not in said


def test_what_the_fits_of_all_families_say_stands_once_with_the_names_of_which() -> None:
    shapes = shapes_of(SPIKE, 2)
    said = dict((sentence, names) for names, sentence in _sentences_with_structures(shapes))
    assert [names for sentence, names in said.items() if "Component 1 is an atom" in sentence] == [
        ["full", "diag", "spherical"]
    ]
    assert [names for sentence, names in said.items() if REFUSED in sentence] == [
        ["full", "diag", "spherical"]
    ]
    assert [shape.structure.name for shape in shapes if shape.bic is not None] == ["tied"]


def test_a_survey_says_what_its_best_optimum_has_narrow_components_of() -> None:
    steps = surveying(SPIKE, FitSpecification(2), ("k-means",), 2)
    found = result_of(steps)
    assert [(one.kind, one.weight) for one in found.narrow] == [(NarrowKind.ATOM, 40.0)]


def shapes_of(rows: np.ndarray, k: int) -> tuple[StructureFit, ...]:
    return result_of(fitting_structures(rows, FitSpecification(k, n_init=2)))


def result_of(steps: Generator[object, None, Result]) -> Result:
    while True:
        try:
            next(steps)
        except StopIteration as finished:
            result: Result = finished.value
            return result
