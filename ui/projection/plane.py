"""The line or plane in which a picture shows data with any number of features."""

from __future__ import annotations

from dataclasses import dataclass

from gmm_core.arrays import FloatArray, IntArray
from gmm_core.geometry.projection import Projection
from gmm_core.model.mixture import Mixture
from gmm_core.tables.preparation import PreparedData
from ui.links.followed_link import page_control
from ui.projection.axes import choose_axes
from ui.projection.view import VIEWS, view_control
from ui.shell.tables import in_original_units

PLANES = ("plane", "principal")
"""The keys in `VIEWS` of the planes to choose from."""
ALL = slice(None)
"""The positions of all rows."""


@dataclass(frozen=True, eq=False)
class PictureAxes:
    """The axes of a picture, and whether they are columns in their own units."""

    projection: Projection
    in_units: bool

    def points(self, prepared: PreparedData, rows: IntArray | slice = ALL) -> FloatArray:
        """The fitted rows, or those at the positions `rows`, on these axes, shape (N, E)."""
        return self.projection.points((prepared.original if self.in_units else prepared.X)[rows])

    def mixture(self, mixture: Mixture, prepared: PreparedData) -> Mixture:
        """The marginal on these axes of a mixture in fitted units."""
        return self.projection.mixture(in_original_units(mixture, prepared) if self.in_units else mixture)

    def projected(self, fitted: FloatArray, prepared: PreparedData) -> FloatArray:
        """Points (M, D) in fitted units on these axes, shape (M, E)."""
        return self.projection.points(fitted * prepared.scale + prepared.center if self.in_units else fitted)


def choose_picture_axes(prepared: PreparedData, key: str, meaning: str) -> PictureAxes:
    """Show controls for the axes with three columns or more: two columns, or the principal plane of the fitted data.

    Parameters
    ----------
    key : str
        The name of the choice in a link.
    meaning : str
        The help text: how the picture treats the columns that are not on its axes.
    """
    n_features = len(prepared.columns)
    name = "line" if n_features == 1 else "plane"
    if n_features > 2:
        name = page_control(view_control(key, PLANES, meaning))
    kind = VIEWS[name]
    positions = choose_axes(prepared.columns, kind.picks) if kind.picks else ()
    return PictureAxes(kind.projection(prepared, positions), kind.in_units)
