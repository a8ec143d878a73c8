"""The text alternative of every figure states what it finds, in numbers that are those of the values."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable

import numpy as np
import pytest

import ui.figures
from gmm_core.density.log_density_law import LogDensityLaw
from gmm_core.density.predictions import Predictions
from gmm_core.density.regions import HighestDensityRegions
from gmm_core.fitting.fit import fit
from gmm_core.fitting.specification import FitSpecification
from gmm_core.model.covariance.catalogue import STRUCTURES
from gmm_core.model.mixture import Mixture
from gmm_core.studies.em_film import Film
from gmm_core.tables.samples import load_sample
from ui.figures.base.drawing import Drawing
from ui.figures.base.wording import number, percent
from ui.figures.cells.cells import Clustering, cells
from ui.figures.density.line import log_density_line, regions_line, uncertainty_line
from ui.figures.density.plane import log_density_plane, regions_plane, uncertainty_plane
from ui.figures.density.rows_and_sample import Rows, rows_and_sample
from ui.figures.density.scene import DensityScene
from ui.figures.density.surface import density_surface
from ui.figures.film.line import film_line, mean_placement_line
from ui.figures.film.plane import film_plane, mean_placement_plane
from ui.figures.film.strips import film_curve, film_heatmap
from ui.figures.mixture.criteria import GridPosition, criteria
from ui.figures.mixture.likelihood import likelihood
from ui.figures.mixture.line import line
from ui.figures.mixture.pairs import pairs
from ui.figures.mixture.parameter_counts import parameter_counts
from ui.figures.mixture.plane import plane
from ui.figures.mixture.raw import raw
from ui.figures.mixture.responsibilities import responsibilities_heatmap
from ui.figures.mixture.space import space
from ui.figures.mixture.structure_picture import structure_picture
from ui.figures.optima.identity import style
from ui.figures.optima.optima_chart import Level, optima_chart
from ui.figures.optima.optimum import optimum
from ui.figures.optima.paths import RestartPath, paths

LABELS = ["eruptions", "waiting"]
X = np.asarray(load_sample("faithful").table[LABELS], dtype=np.float64)
FIT = fit(X, FitSpecification(3, n_init=2, init="random points"))
MIXTURE, RUN = FIT.mixture, FIT.best
SOFT = MIXTURE.responsibilities(X)
FILM = Film.of(RUN, X, lambda mixture: mixture)
LINE_FIT = fit(X[:, :1], FitSpecification(2, n_init=1))
LINE, LINE_SOFT = LINE_FIT.mixture, LINE_FIT.mixture.responsibilities(X[:, :1])
LINE_FILM = Film.of(LINE_FIT.best, X[:, :1], lambda mixture: mixture)
X3 = np.column_stack([X, X[:, 0] * X[:, 1]])
SPACE = fit(X3, FitSpecification(2, n_init=1)).mixture
LARGEST, SMALLEST = percent(float(MIXTURE.weights.max())), percent(float(MIXTURE.weights.min()))
END = number(float(FILM.log_likelihoods[-1]), 5)
UNDECIDED = f"{int((SOFT.max(axis=1) < 0.8).sum())} of 272 points"


def scene(points: np.ndarray, mixture: Mixture) -> DensityScene:
    predictions = Predictions.of(mixture, points)
    order = predictions.log_density.argsort()
    return DensityScene(
        points=points,
        labels=LABELS[: points.shape[1]],
        mixture=mixture,
        predictions=predictions,
        regions=HighestDensityRegions.of(LogDensityLaw.of(mixture), (0.5, 0.95)),
        colour_numbers=range(mixture.n_components),
        least_likely=order[:3],
        threshold=float(predictions.log_density[order[3]]),
    )


IN_PLANE, IN_LINE = scene(X, MIXTURE), scene(X[:, :1], LINE)
WITHIN = int((IN_PLANE.predictions.log_density >= IN_PLANE.regions.log_levels[0]).sum())
TRAIL = RestartPath("k-means", 0, np.arange(2), np.stack([X[:3], MIXTURE.means]))

FINDINGS: dict[Callable[..., object], tuple[Callable[[], object], list[str]]] = {
    cells: (
        lambda: cells(X, LABELS, Clustering("Mixture", MIXTURE, SOFT, False, (0, 1, 2))),
        [LARGEST, SMALLEST],
    ),
    criteria: (
        lambda: criteria(
            {GridPosition("full", 2): 2322.2, GridPosition("tied", 3): 2314.4},
            ["full", "tied"],
            "BIC",
            most_components=3,
            best=GridPosition("tied", 3),
        ),
        ["2,314.4", "3 components", "tied"],
    ),
    log_density_line: (
        lambda: log_density_line(IN_LINE),
        [number(float(LINE.log_density(np.linspace(1, 6, 5001)[:, None]).max()), 3)],
    ),
    regions_line: (lambda: regions_line(IN_LINE), ["holds 50 % in 1.", "95 % in 1."]),
    uncertainty_line: (
        lambda: uncertainty_line(IN_LINE),
        [f"largest is {1 - LINE_SOFT.max(axis=1).min():.2g}"],
    ),
    log_density_plane: (lambda: log_density_plane(IN_PLANE), ["Three rows"]),
    regions_plane: (lambda: regions_plane(IN_PLANE), [f"{percent(WITHIN / 272)} in that of 50"]),
    uncertainty_plane: (
        lambda: uncertainty_plane(IN_PLANE),
        [f"{percent(float((SOFT.max(axis=1) < 0.8).mean()))} of the rows"],
    ),
    density_surface: (lambda: density_surface(IN_PLANE), ["Three rows"]),
    film_line: (
        lambda: film_line(X[:, 0], "eruptions", LINE_FILM, all_values=X[:, 0], colour_numbers=(0, 1)),
        [number(float(LINE_FILM.log_likelihoods[-1]), 5)],
    ),
    mean_placement_line: (
        lambda: mean_placement_line(X[:, 0], "eruptions", [[2.0]], all_values=X[:, 0]),
        ["1 starting mean "],
    ),
    film_plane: (
        lambda: film_plane(X, LABELS, FILM, colour_numbers=(0, 1, 2)),
        [f"{FILM.n_iterations} iterations", END],
    ),
    mean_placement_plane: (lambda: mean_placement_plane(X, LABELS, X[:2]), ["2 starting means"]),
    film_curve: (lambda: film_curve(FILM), [END]),
    film_heatmap: (lambda: film_heatmap(SOFT, colour_numbers=(0, 1, 2)), [LARGEST, UNDECIDED]),
    optima_chart: (
        lambda: optima_chart(
            [Level("A", -1114.4, (3,), "#3f90da"), Level("B", -1119.2, (7,), "#ffa90e")], ["k-means"], [10]
        ),
        ["Two distinct optima", "10 starts", "3 of 10"],
    ),
    likelihood: (
        lambda: likelihood([RUN.log_likelihoods.tolist()], 0, ["k-means"], 272),
        [number(float(RUN.log_likelihoods[-1]), 6)],
    ),
    line: (
        lambda: line(X[:, 0], "eruptions", LINE, LINE_SOFT),
        [number(float(LINE.means[0, 0]), 4), number(float(LINE.means[1, 0]), 4)],
    ),
    optimum: (
        lambda: optimum(X, LABELS, MIXTURE, style(0)),
        [LARGEST, number(float(MIXTURE.means[0, 0]), 3)],
    ),
    pairs: (lambda: pairs(X3, [*LABELS, "product"], SPACE, SPACE.responsibilities(X3)), ["272 points"]),
    parameter_counts: (
        lambda: parameter_counts(list(STRUCTURES.values()), 2, 2, 272, chosen="full"),
        ["full 11", "tied 8", "272 rows"],
    ),
    paths: (lambda: paths(X, LABELS, [TRAIL], [style(0)]), ["1 run", "1 optimum"]),
    plane: (lambda: plane(X, LABELS, MIXTURE, SOFT), [LARGEST, SMALLEST, UNDECIDED]),
    raw: (lambda: raw(X, LABELS), ["272 points", "from 1.6 to 5.1", "from 43 to 96"]),
    responsibilities_heatmap: (
        lambda: responsibilities_heatmap(SOFT, MIXTURE.weights.tolist()),
        [LARGEST, UNDECIDED],
    ),
    structure_picture: (
        lambda: structure_picture(X, LABELS, MIXTURE, SOFT, "full"),
        [
            "full: ",
            number(float(np.sqrt(np.divide(*np.linalg.eigvalsh(MIXTURE.covariances).T[::-1])).max()), 3),
        ],
    ),
    space: (
        lambda: space(X3, [*LABELS, "product"], SPACE, SPACE.responsibilities(X3)),
        [percent(float(SPACE.weights.max()))],
    ),
    rows_and_sample: (
        lambda: rows_and_sample(
            Rows(X, SOFT), Rows(X[:90], SOFT[:90]), LABELS, MIXTURE.weights.tolist(), (0, 1, 2), "r"
        ),
        ["272 points", str(int((SOFT.argmax(axis=1) == 0).sum()))],
    ),
}
NAMES = {figure.__name__: figure for figure in FINDINGS}


def figure_functions() -> set[str]:
    """Every function of `ui.figures` that anyone may call and that returns a drawing."""
    modules = [
        importlib.import_module(found.name)
        for found in pkgutil.walk_packages(ui.figures.__path__, "ui.figures.")
    ]
    return {
        name
        for module in modules
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if not name.startswith("_")
        and function.__module__ == module.__name__
        and "Drawing" in str(inspect.signature(function).return_annotation)
    }


def test_every_figure_is_in_the_table() -> None:
    assert figure_functions() == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_text_alternative_states_the_finding(name: str) -> None:
    make, told = FINDINGS[NAMES[name]]
    made = make()
    drawing = made[0] if isinstance(made, tuple) else made
    assert isinstance(drawing, Drawing)
    plain = drawing.alt.replace("\N{NO-BREAK SPACE}", " ")
    for finding in told:
        assert finding in plain
    assert plain.endswith(".")
    assert len(plain) < 500
