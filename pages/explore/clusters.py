"""Clusters: the data with the fitted mixture, how sure it is, how EM got there, and its parameters."""

import streamlit as st

from gmm_core.data.preparation import PreparedData
from gmm_core.fit import Fit
from ui.agreement import agreement
from ui.checks import checks
from ui.figures.likelihood import likelihood
from ui.figures.responsibilities import heatmap_height, responsibilities_heatmap
from ui.page import page_of_the_fit
from ui.show import show
from ui.slots import component_slots
from ui.summary import remarks, summary
from ui.tables import parameters
from ui.view import choose_view, picture
from ui.work import Work


@page_of_the_fit
def clusters(work: Work, prepared: PreparedData, fit: Fit) -> None:
    """One picture, and beside it what it says in numbers."""
    mixture = fit.mixture
    probabilities = mixture.responsibilities(prepared.X)
    slots = component_slots(mixture, prepared.digest)

    main, side = st.columns([3, 2], gap="medium")
    with main:
        view = choose_view(prepared)
        show(picture(view, prepared, mixture, probabilities, slots), "clusters", height=560, first=True)
    with side:
        summary(work, fit, prepared.digest)
        remarks(fit)
        checks(work, prepared, fit)
        st.caption("Log-likelihood of each restart")
        show(
            likelihood(
                [run.log_likelihoods.tolist() for run in fit.runs],
                fit.best_index,
                [run.kind for run in fit.runs],
                len(prepared.X),
                failed=[index for index, run in enumerate(fit.runs) if not run.valid],
                passed_over=fit.passed_over,
                on_sample=[run.n_on_sample for run in fit.runs],
                revision=prepared.digest[:12],
            ),
            "log-likelihood",
            height=220,
        )
        st.caption("Responsibilities: points × components")
        show(
            responsibilities_heatmap(
                probabilities, mixture.weights.tolist(), slots=slots, row_numbers=prepared.rows + 1
            ),
            "responsibilities",
            height=heatmap_height(mixture.n_components),
        )
    parameters(mixture, prepared)
    agreement(work, prepared, fit)


clusters()
