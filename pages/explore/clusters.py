"""Clusters: the data with the fitted mixture, its parameters and responsibilities, and the restarts of the fit."""

import streamlit as st

from gmm_core.fitting.fit import Fit
from gmm_core.tables.preparation import PreparedData
from ui.chart.display import CachedDrawings
from ui.figures.mixture.responsibilities import heatmap_height
from ui.projection.view import choose_view, picture, without_isolated
from ui.shell.analysis import Analysis
from ui.shell.component_colours import component_colour_numbers
from ui.shell.page import fit_page
from ui.shell.tables import show_parameters
from ui.views.clusters.agreement import show_agreement
from ui.views.clusters.checks import show_checks
from ui.views.clusters.introduction import show_introduction
from ui.views.clusters.side_figures import responsibilities_picture, restart_likelihoods
from ui.views.clusters.summary import show_remarks, show_summary


@fit_page
def clusters(analysis: Analysis, prepared: PreparedData, fit: Fit) -> None:
    """Show the picture, the numbers of the fit beside it, and its parameters and agreement with labels below."""
    mixture = fit.mixture
    colour_numbers = component_colour_numbers(mixture, prepared.digest)
    drawings = CachedDrawings(
        analysis.private, (fit.digest, prepared.digest, analysis.preparation, colour_numbers)
    )

    main, side = st.columns([3, 2], gap="medium")
    with main:
        view = choose_view(prepared)
        drawn = without_isolated(prepared, fit)
        drawings.show(
            lambda: picture(view, prepared, mixture, colour_numbers, drawn),
            "clusters",
            view,
            drawn is None,
            height=560,
            first=True,
        )
        show_introduction(view)
    with side:
        show_summary(analysis, fit, prepared.digest)
        show_remarks(fit)
        show_checks(analysis, prepared, fit)
        st.caption("Log-likelihood of each restart")
        drawings.show(lambda: restart_likelihoods(fit, prepared), "log-likelihood", height=220)
        st.caption("Responsibilities: points × components")
        drawings.show(
            lambda: responsibilities_picture(prepared, mixture, colour_numbers),
            "responsibilities",
            height=heatmap_height(mixture.n_components),
        )
    show_parameters(mixture, prepared)
    show_agreement(analysis, prepared, fit)


clusters()
