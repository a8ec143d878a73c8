"""Density and anomalies: the density of the fitted mixture, the least likely rows, and new points."""

import streamlit as st

from gmm_core.fitting.fit import Fit
from gmm_core.tables.preparation import PreparedData
from ui.chart.display import show
from ui.shell.analysis import Analysis
from ui.shell.component_colours import component_colour_numbers
from ui.shell.page import fit_page
from ui.views.density.anomaly_list import (
    choose_anomalies,
    show_anomaly_list,
    show_anomaly_metrics,
    show_narrow_remarks,
)
from ui.views.density.fitted_density import fitted_density
from ui.views.density.new_points import add_clicked_point, choose_new_points
from ui.views.density.pictures import (
    choose_picture,
    density_picture,
    density_scene,
    show_new_points,
    show_sample_beside_rows,
)
from ui.views.density.sentences import show_meaning


@fit_page
def density(analysis: Analysis, prepared: PreparedData, fit: Fit) -> None:
    """Show the picture, the least likely rows beside it, and new points and a sample from the mixture below."""
    colour_numbers = component_colour_numbers(fit.mixture, prepared.digest)
    fitted = fitted_density(fit.mixture, prepared)
    main, side = st.columns([3, 2], gap="medium")
    below = st.container()
    with side:
        st.subheader("Least likely rows", anchor=False)
        anomalies = choose_anomalies(fitted)
        show_anomaly_metrics(anomalies, fitted.law)
        show_anomaly_list(fitted, anomalies, analysis.dataset)
        show_narrow_remarks(fit)
    with below:
        st.subheader("New points", anchor=False)
        points = choose_new_points(fitted)
        show_new_points(fitted, anomalies, points)
    with main:
        choice = choose_picture(fitted)
        drawn_scene = density_scene(fitted, choice, anomalies, points, colour_numbers)
        clicked = show(density_picture(drawn_scene, choice), "density", height=560, clickable=True).clicked
        show_meaning(fitted, choice.what, len(drawn_scene.labels))
    with below:
        st.subheader("A sample from the mixture: does it look like the rows?", anchor=False)
        show_sample_beside_rows(fitted, choice.axes, colour_numbers)
    add_clicked_point(clicked, fitted, choice.axes, points)


density()
