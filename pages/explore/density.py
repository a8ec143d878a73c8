"""Density and anomalies: how likely places are under the fitted mixture, which rows are least so, and new points."""

import streamlit as st

from gmm_core.data.preparation import PreparedData
from gmm_core.fit import Fit
from ui.chart.display import show
from ui.shell.component_colours import component_slots
from ui.shell.page import page_of_the_fit
from ui.shell.work import Work
from ui.views.density.anomaly_list import anomaly_list, anomaly_metrics, choose_anomalies, narrow_remarks
from ui.views.density.fitted_density import fitted_density
from ui.views.density.new_points import add_clicked, choose_new_points
from ui.views.density.pictures import beside, choose_showing, picture, scene, tell_new_points
from ui.views.density.sentences import meaning


@page_of_the_fit
def density(work: Work, prepared: PreparedData, fit: Fit) -> None:
    """The picture; beside it the least likely rows, below it new points and a sample from the mixture."""
    slots = component_slots(fit.mixture, prepared.digest)
    fitted = fitted_density(fit.mixture, prepared)
    main, side = st.columns([3, 2], gap="medium")
    below = st.container()
    with side:
        st.subheader("Least likely rows", anchor=False)
        found = choose_anomalies(fitted)
        anomaly_metrics(found, fitted.law)
        anomaly_list(fitted, found, work.dataset)
        narrow_remarks(fit)
    with below:
        st.subheader("New points", anchor=False)
        points = choose_new_points(fitted)
        tell_new_points(fitted, found, points)
    with main:
        showing = choose_showing(fitted)
        seen = scene(fitted, showing, found, points, slots)
        clicked = show(picture(seen, showing), "density", height=560, clickable=True).clicked
        meaning(fitted, showing.what, len(seen.labels))
    with below:
        st.subheader("A sample from the mixture: does it look like the rows?", anchor=False)
        beside(fitted, showing.window, slots)
    add_clicked(clicked, fitted, showing.window, points)


density()
