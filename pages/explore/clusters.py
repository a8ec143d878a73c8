"""Clusters: the data with the fitted mixture, how sure it is, how EM got there, and its parameters."""

import streamlit as st

from gmm_core.data.preparation import PreparedData
from gmm_core.fit import Fit
from ui.chart.display import Kept
from ui.figures.mixture.responsibilities import heatmap_height
from ui.projection.view import choose_view, picture, without_isolated
from ui.shell.component_colours import component_slots
from ui.shell.page import page_of_the_fit
from ui.shell.tables import parameters
from ui.shell.work import Work
from ui.views.clusters.agreement import agreement
from ui.views.clusters.checks import checks
from ui.views.clusters.introduction import introduction
from ui.views.clusters.side_figures import climbs, heatmap
from ui.views.clusters.summary import remarks, summary


@page_of_the_fit
def clusters(work: Work, prepared: PreparedData, fit: Fit) -> None:
    """One picture, and beside it what it says in numbers."""
    mixture = fit.mixture
    slots = component_slots(mixture, prepared.digest)
    drawings = Kept(work.private, (fit.digest, prepared.digest, work.preparation, slots))

    main, side = st.columns([3, 2], gap="medium")
    with main:
        view = choose_view(prepared)
        drawn = without_isolated(prepared, fit)
        drawings.show(
            lambda: picture(view, prepared, mixture, slots, drawn),
            "clusters",
            view,
            drawn is None,
            height=560,
            first=True,
        )
        introduction(view)
    with side:
        summary(work, fit, prepared.digest)
        remarks(fit)
        checks(work, prepared, fit)
        st.caption("Log-likelihood of each restart")
        drawings.show(lambda: climbs(fit, prepared), "log-likelihood", height=220)
        st.caption("Responsibilities: points × components")
        drawings.show(
            lambda: heatmap(prepared, mixture, slots),
            "responsibilities",
            height=heatmap_height(mixture.n_components),
        )
    parameters(mixture, prepared)
    agreement(work, prepared, fit)


clusters()
