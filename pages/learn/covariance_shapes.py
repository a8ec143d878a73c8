"""Covariance shapes: the same data fitted with every covariance type, what each can draw, and what it costs."""

from gmm_core.data.preparation import PreparedData
from gmm_core.fit import Fit
from ui.shell.component_colours import component_slots
from ui.shell.page import page_of_the_fit
from ui.shell.work import Work
from ui.views.covariance_shapes.fits import shapes_ahead, shapes_at_once
from ui.views.covariance_shapes.gallery import choose_plane, conclusion, cost, gallery


def covariance_shapes(work: Work, prepared: PreparedData, fit: Fit) -> None:
    """A picture for each type, which of them BIC chooses, and how their parameters grow with the features."""
    plane = choose_plane(prepared)
    shapes = shapes_at_once(work, prepared)
    gallery(shapes, prepared, plane, fit, component_slots(fit.mixture, prepared.digest))
    conclusion(shapes, len(prepared.columns))
    cost(shapes, prepared, fit)


page_of_the_fit(covariance_shapes, shapes_ahead)()
