"""K-means or GMM: the same rows parted by both, what tells them apart, and which of the two to use here."""

from gmm_core.data.preparation import PreparedData
from gmm_core.fit import Fit
from ui.projection.plane import choose_window
from ui.shell.component_colours import component_slots, continued_slots
from ui.shell.page import page_of_the_fit
from ui.shell.work import Work
from ui.views.kmeans_or_gmm.alteration import choose_alteration
from ui.views.kmeans_or_gmm.comparison import comparison_ahead, comparison_at_once
from ui.views.kmeans_or_gmm.side_by_side import (
    SEEN,
    comparison_table,
    conclusion,
    explanation,
    metrics,
    pictures,
)


def kmeans_or_gmm(work: Work, prepared: PreparedData, fit: Fit) -> None:
    """Both pictures, the numbers below them, and a conclusion; controls change the rows and both answers follow."""
    window = choose_window(prepared, "cells_view", SEEN)
    choose_alteration(prepared, window.projection)
    compared = comparison_at_once(work, prepared, fit)
    if compared is None:
        return
    versus = compared.versus
    slots = continued_slots(versus.fit.mixture, fit.mixture, component_slots(fit.mixture, prepared.digest))
    pictures(compared, window, slots, prepared)
    metrics(versus)
    comparison_table(compared)
    conclusion(versus)
    explanation(versus)


page_of_the_fit(kmeans_or_gmm, comparison_ahead)()
