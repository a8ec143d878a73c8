"""Clusters: the data with the fitted mixture, its parameters and responsibilities, and the restarts of the fit."""

import streamlit as st

from gmm_core.fitting.fit import Fit
from gmm_core.studies.sure_rows import share_sure
from gmm_core.tables.preparation import PreparedData
from ui.chart.display import CachedDrawings
from ui.figures.mixture.responsibilities import heatmap_height
from ui.projection.view import choose_view, picture, without_isolated
from ui.shell.analysis import Analysis
from ui.shell.component_colours import component_colour_numbers
from ui.shell.fit_standing import checked_fit
from ui.shell.page import fit_page
from ui.shell.presenter_mode import controls_place, folded, is_presenting, picture_height
from ui.shell.tables import show_parameters
from ui.shell.verdict import show_verdict
from ui.views.clusters.agreement import show_agreement
from ui.views.clusters.checks import show_checks
from ui.views.clusters.introduction import show_introduction
from ui.views.clusters.side_figures import responsibilities_picture, restart_likelihoods
from ui.views.clusters.summary import (
    fit_verdict,
    previous_fit,
    show_comparison,
    show_fit,
    show_remarks,
)


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
        with controls_place():
            view = choose_view(prepared)
        drawn = without_isolated(prepared, fit)
        drawings.show(
            lambda: picture(view, prepared, fit, colour_numbers, drawn),
            "clusters",
            view,
            drawn is None,
            fit.specification,
            height=picture_height(560, presented=440),
            first=True,
        )
        if not is_presenting():
            show_introduction(view, prepared.columns, analysis.dataset.numeric_columns)
    with side:
        checked, earlier = checked_fit(analysis, prepared, fit), previous_fit(fit, prepared.digest)
        show_verdict(fit_verdict(fit, checked, share_sure(mixture.responsibilities(prepared.X)), earlier))
        with folded("The fit, its checks and restarts"):
            show_comparison(fit, earlier)
            show_remarks(fit)
            show_checks(checked.findings, len(prepared.X))
            show_fit(fit, earlier)
            drawings.show(
                lambda: restart_likelihoods(fit, prepared),
                "log-likelihood",
                height=220,
                title="Log-likelihood of each restart",
            )
            drawings.show(
                lambda: responsibilities_picture(prepared, mixture, colour_numbers),
                "responsibilities",
                height=heatmap_height(mixture.n_components),
                title="Responsibilities: points × components",
            )
    with folded("Parameters and labels"):
        show_parameters(mixture, prepared)
        show_agreement(analysis, prepared, fit)


clusters()
