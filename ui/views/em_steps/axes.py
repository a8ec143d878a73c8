"""The view of the film: its axes, and the rows, mixtures and starting means on them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gmm_core.arrays import FloatArray, IntArray
from gmm_core.fitting.restart_result import Run
from gmm_core.geometry.projection import Projection
from gmm_core.studies.em_film import Film
from gmm_core.tables.preparation import PreparedData
from ui.figures.base.drawing import Drawing
from ui.figures.base.points import drawn_rows
from ui.figures.film.line import film_line, mean_placement_line
from ui.figures.film.plane import film_plane, mean_placement_plane
from ui.figures.film.traces import MAX_DRAWN
from ui.projection.plane import PictureAxes, choose_picture_axes


@dataclass(frozen=True, eq=False)
class FilmView:
    """The data on the one or two axes of the film; E is the number of axes."""

    prepared: PreparedData
    picture_axes: PictureAxes

    @property
    def projection(self) -> Projection:
        """The projection of the data onto the axes."""
        return self.picture_axes.projection

    @property
    def name(self) -> str:
        """Identifies the data and the axes; the coordinates of a point have the same meaning while it is the same."""
        return f"{self.prepared.digest[:12]} {' '.join(self.projection.labels)}"

    @property
    def rows(self) -> FloatArray:
        """All rows in the units of the view, shape (N, D)."""
        return self.prepared.original if self.picture_axes.in_units else self.prepared.X

    def film(self, run: Run) -> Film:
        """The film of a run in this view, with at most `MAX_DRAWN` rows."""
        drawn = self.prepared.X[self._drawn()]
        return Film.of(run, drawn, lambda mixture: self.picture_axes.mixture(mixture, self.prepared))

    def first_frame(self, film: Film, colour_numbers: tuple[int, ...]) -> Drawing:
        """The first frame of the film; `colour_numbers` (K,) has the colour number of each component."""
        revision = self.prepared.digest[:12]
        points, numbers, labels = self._points(), self.row_numbers(), self.projection.labels
        if len(labels) == 1:
            all_values = self.picture_axes.points(self.prepared)
            return film_line(
                points,
                labels[0],
                film,
                all_values=all_values,
                colour_numbers=colour_numbers,
                row_numbers=numbers,
                revision=revision,
            )
        return film_plane(
            points, labels, film, colour_numbers=colour_numbers, row_numbers=numbers, revision=revision
        )

    def mean_placement(self, placed: FloatArray) -> Drawing:
        """The picture in which starting means are placed: the points, and the means (M, E) placed so far."""
        revision = self.prepared.digest[:12]
        points, numbers, labels = self._points(), self.row_numbers(), self.projection.labels
        if len(labels) == 1:
            all_values = self.picture_axes.points(self.prepared)
            return mean_placement_line(
                points, labels[0], placed, all_values=all_values, row_numbers=numbers, revision=revision
            )
        return mean_placement_plane(points, labels, placed, row_numbers=numbers, revision=revision)

    def means(self, placed: FloatArray) -> FloatArray:
        """The means (M, D), in fitted units, at places (M, E) of the view; features not shown get their average."""
        lifted = self.projection.lifted(placed, self.rows.mean(axis=0))
        return (lifted - self.prepared.center) / self.prepared.scale if self.picture_axes.in_units else lifted

    def clipped(self, placed: FloatArray) -> FloatArray:
        """The places (M, E), clipped to one range of the data beyond its ends, since a link may hold any number."""
        points = self.picture_axes.points(self.prepared)
        low, high = points.min(axis=0), points.max(axis=0)
        return np.clip(placed, low - (high - low), high + (high - low))

    def row_numbers(self) -> FloatArray:
        """The number of each drawn row on screen."""
        return (self.prepared.rows[self._drawn()] + 1).astype(np.float64)

    def sampling(self) -> str:
        """A sentence that says how many of the rows are drawn; empty if all are."""
        n_rows, n_drawn = len(self.prepared.X), len(self._drawn())
        if n_drawn == n_rows:
            return ""
        return (
            f"The film draws a random sample of {n_drawn:,} of the {n_rows:,} points; the fit, the log-likelihood and "
            "all sums are of every point."
        )

    def _points(self) -> FloatArray:
        """The drawn rows on the axes, shape (n, E)."""
        return self.picture_axes.points(self.prepared, self._drawn())

    def _drawn(self) -> IntArray:
        """The positions of the drawn rows."""
        return drawn_rows(len(self.prepared.X), MAX_DRAWN)


def choose_film_view(prepared: PreparedData) -> FilmView:
    """Show the controls for the axes; with one or two features there are none."""
    meaning = "The ellipses are the true marginals of the mixture in the plane that is shown."
    return FilmView(prepared, choose_picture_axes(prepared, "film_view", meaning))
