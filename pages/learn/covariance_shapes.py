"""Covariance shapes: the same data fitted with every covariance type, what each can draw, and what it costs."""

from gmm_core.data.preparation import PreparedData
from gmm_core.fit import Fit
from ui.page import page_of_the_fit
from ui.shapes import shapes_ahead, shapes_at_once
from ui.shapes_view import choose_plane, conclusion, cost, gallery
from ui.slots import component_slots
from ui.work import Work


def covariance_shapes(work: Work, prepared: PreparedData, fit: Fit) -> None:
    """A picture for each type, which of them BIC chooses, and how their parameters grow with the features."""
    plane = choose_plane(prepared)
    shapes = shapes_at_once(work, prepared)
    gallery(shapes, prepared, plane, fit, component_slots(fit.mixture, prepared.digest))
    conclusion(shapes, len(prepared.columns))
    cost(shapes, prepared, fit)


page_of_the_fit(covariance_shapes, shapes_ahead)()
