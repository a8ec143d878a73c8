"""Covariance shapes: the same data fitted with every covariance type, and the shapes and parameters of each type."""

from gmm_core.fitting.fit import Fit
from gmm_core.tables.preparation import PreparedData
from ui.projection.plane import choose_picture_axes
from ui.shell.analysis import Analysis
from ui.shell.component_colours import component_colour_numbers
from ui.shell.page import fit_page
from ui.views.covariance_shapes.fits import structure_fits_task
from ui.views.covariance_shapes.gallery import (
    PROJECTION_HELP,
    show_conclusion,
    show_gallery,
    show_parameter_counts,
)


def covariance_shapes(analysis: Analysis, prepared: PreparedData, fit: Fit) -> None:
    """Show a picture for each type, the type that BIC chooses, and how the parameters grow with the features."""
    picture_axes = choose_picture_axes(prepared, "shapes_view", PROJECTION_HELP)
    shapes = structure_fits_task(analysis, prepared, fit).computed()
    if shapes is None:
        return
    show_gallery(
        shapes, prepared, picture_axes.projection, fit, component_colour_numbers(fit.mixture, prepared.digest)
    )
    show_conclusion(shapes, len(prepared.columns))
    show_parameter_counts(shapes, prepared, fit)


fit_page(covariance_shapes, structure_fits_task)()
