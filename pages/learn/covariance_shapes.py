"""Covariance shapes: the same data fitted with every covariance type, what each can draw, and what it costs."""

from gmm_core.fitting.fit import Fit
from gmm_core.tables.preparation import PreparedData
from ui.shell.analysis import Analysis
from ui.shell.component_colours import component_colour_numbers
from ui.shell.page import fit_page
from ui.views.covariance_shapes.fits import compute_shapes, computed_shapes
from ui.views.covariance_shapes.gallery import choose_plane, conclusion, cost, gallery


def covariance_shapes(analysis: Analysis, prepared: PreparedData, fit: Fit) -> None:
    """A picture for each type, which of them BIC chooses, and how their parameters grow with the features."""
    plane = choose_plane(prepared)
    shapes = computed_shapes(analysis, prepared)
    gallery(shapes, prepared, plane, fit, component_colour_numbers(fit.mixture, prepared.digest))
    conclusion(shapes, len(prepared.columns))
    cost(shapes, prepared, fit)


fit_page(covariance_shapes, compute_shapes)()
