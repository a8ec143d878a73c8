"""K-means or GMM: both methods on the same rows, how their results differ, and which of the two to use."""

from gmm_core.fitting.fit import Fit
from gmm_core.tables.preparation import PreparedData
from ui.projection.plane import choose_picture_axes
from ui.shell.analysis import Analysis
from ui.shell.component_colours import component_colour_numbers, continued_colour_numbers
from ui.shell.page import fit_page
from ui.views.kmeans_or_gmm.alteration import choose_alteration
from ui.views.kmeans_or_gmm.comparison import comparison_task, computed_comparison
from ui.views.kmeans_or_gmm.side_by_side import (
    PROJECTION_HELP,
    show_comparison_table,
    show_conclusion,
    show_explanation,
    show_metrics,
    show_pictures,
)


def kmeans_or_gmm(analysis: Analysis, prepared: PreparedData, fit: Fit) -> None:
    """Show controls that change the rows, the pictures and the numbers of both methods, and a conclusion."""
    axes = choose_picture_axes(prepared, "cells_view", PROJECTION_HELP)
    choose_alteration(prepared, axes.projection)
    compared = computed_comparison(analysis, prepared, fit)
    if compared is None:
        return
    comparison = compared.comparison
    colour_numbers = continued_colour_numbers(
        comparison.fit.mixture, fit.mixture, component_colour_numbers(fit.mixture, prepared.digest)
    )
    show_pictures(compared, axes, colour_numbers, prepared)
    show_metrics(comparison)
    show_comparison_table(compared)
    show_conclusion(comparison)
    show_explanation(comparison)


fit_page(kmeans_or_gmm, comparison_task)()
