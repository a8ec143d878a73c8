"""Density and anomalies: the density of the fitted mixture, the least likely rows, and new points."""

import streamlit as st

from gmm_core.fitting.fit import Fit
from gmm_core.tables.preparation import PreparedData
from ui.chart.display import show
from ui.shell.analysis import Analysis
from ui.shell.component_colours import component_colour_numbers
from ui.shell.page import fit_page
from ui.views.density.anomaly_list import anomaly_list, anomaly_metrics, choose_anomalies, narrow_remarks
from ui.views.density.fitted_density import fitted_density
from ui.views.density.new_points import add_clicked, choose_new_points
from ui.views.density.pictures import choose_picture, picture, sample_beside_rows, scene, show_new_points
from ui.views.density.sentences import meaning


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
        anomaly_metrics(anomalies, fitted.law)
        anomaly_list(fitted, anomalies, analysis.dataset)
        narrow_remarks(fit)
    with below:
        st.subheader("New points", anchor=False)
        points = choose_new_points(fitted)
        show_new_points(fitted, anomalies, points)
    with main:
        choice = choose_picture(fitted)
        drawn_scene = scene(fitted, choice, anomalies, points, colour_numbers)
        clicked = show(picture(drawn_scene, choice), "density", height=560, clickable=True).clicked
        meaning(fitted, choice.what, len(drawn_scene.labels))
    with below:
        st.subheader("A sample from the mixture: does it look like the rows?", anchor=False)
        sample_beside_rows(fitted, choice.axes, colour_numbers)
    add_clicked(clicked, fitted, choice.axes, points)


density()
