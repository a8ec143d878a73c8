"""Starting points: where EM ends from many starts, how often it finds the best, and what the other optima are."""

import streamlit as st

from ui.chart.display import show
from ui.figures.optima.ladder import ladder_height
from ui.shell.analysis import current_analysis
from ui.views.starting_points.gallery import gallery
from ui.views.starting_points.pictures import choose_plane, ladder_picture, ladder_rungs, paths_picture
from ui.views.starting_points.success_rate import explanation, remarks, success_rates
from ui.views.starting_points.survey import choose_survey, choose_units, landscape_in_view
from ui.views.starting_points.two_optima import comparison

analysis = current_analysis()
with st.container(horizontal=True, vertical_alignment="bottom"):
    survey = choose_survey()
    units = choose_units(analysis.prepared)
surveyed = landscape_in_view(analysis, survey, units)
if surveyed is None:
    st.stop()

main, side = st.columns([3, 2], gap="medium")
with main:
    plane = choose_plane(surveyed)
    show(paths_picture(surveyed, plane), "paths", height=620)
with side:
    success_rates(surveyed)
    rungs = ladder_rungs(surveyed)
    show(ladder_picture(surveyed, rungs), "ladder", height=ladder_height(len(rungs)))
    remarks(surveyed)
gallery(surveyed, plane, analysis.specification)
comparison(surveyed, plane)
explanation(surveyed)
