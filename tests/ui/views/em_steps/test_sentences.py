"""What the film says of its pictures: what an ellipse holds, and in which units its numbers are."""

import numpy as np
import pytest

from gmm_core.fitting.fit import fit
from gmm_core.fitting.specification import FitSpecification
from gmm_core.starts.kinds import ALL_STARTS, MIXED
from gmm_core.tables.origin import Sampled
from gmm_core.tables.preparation import Preparation, prepare
from gmm_core.tables.samples import load_sample
from ui.projection.plane import PictureAxes
from ui.projection.view import VIEWS
from ui.shell.analysis import Analysis
from ui.views.em_steps.axes import FilmView
from ui.views.em_steps.film import FilmSentences
from ui.views.em_steps.sentences import are_round, film_sentences


def words(
    covariance_type: str = "full",
    scaling: str = "standard",
    columns: tuple[str, ...] = ("eruptions", "waiting"),
    view: str = "plane",
    init: str = MIXED,
) -> FilmSentences:
    dataset = load_sample("faithful")
    preparation = Preparation(columns, scaling=scaling)
    prepared = prepare(dataset, preparation)
    specification = FitSpecification(2, covariance_type=covariance_type, n_init=1, init=init)
    analysis = Analysis(dataset, Sampled("faithful"), prepared, preparation, specification, private=False)
    positions = tuple(range(len(columns))) if VIEWS[view].picks else ()
    shown = FilmView(prepared, PictureAxes(VIEWS[view].projection(prepared, positions), VIEWS[view].in_units))
    run = fit(prepared.X, specification).best
    return film_sentences(analysis, run, shown.film(run), shown, "Restart 1")


def test_it_says_what_share_an_ellipse_holds() -> None:
    assert "Each ellipse holds 90 % of its component" in words().notes[0]
    assert "Each bar holds 90 % of its component" in words(columns=("waiting",), view="line").notes[0]


@pytest.mark.parametrize("init", ALL_STARTS)
def test_it_says_what_every_kind_of_start_is(init: str) -> None:
    start = words(init=init).start
    assert start.startswith(f"Restart 1 starts from {init}: {ALL_STARTS[init].summary}")
    assert "placed them" not in start


def test_densities_have_units_of_their_own_only_where_columns_are_scaled() -> None:
    assert "densities and the log-likelihood in those of the fit" in words().units
    assert "those of the fit" not in words(scaling="none").units
    assert "units of the fit, as are densities" in words(view="principal").units


@pytest.mark.parametrize(
    ("covariance_type", "scaling", "view", "told"),
    [
        ("spherical", "standard", "plane", True),
        ("spherical", "none", "plane", False),
        ("spherical", "standard", "principal", False),
        ("diag", "standard", "plane", False),
        ("full", "standard", "plane", False),
    ],
)
def test_it_says_where_round_covariances_are_not_round_on_the_axes(
    covariance_type: str, scaling: str, view: str, told: bool
) -> None:
    assert ("Spherical covariances are round" in words(covariance_type, scaling, view=view).units) == told


def test_shapes_are_round_or_not_whatever_the_unit() -> None:
    for unit in (1.0, 1e-9):
        assert are_round(unit**2 * np.eye(2)[None])
        assert not are_round(unit**2 * np.diag([1.0, 90.0])[None])
