"""Starting points: the optima in which EM ends from many starts, and how often it reaches the best of them."""

import streamlit as st

from ui.chart.display import show
from ui.figures.optima.optima_chart import optima_chart_height
from ui.shell.analysis import current_analysis
from ui.views.starting_points.gallery import show_gallery
from ui.views.starting_points.pictures import chart_levels, choose_plane, optima_picture, paths_picture
from ui.views.starting_points.success_rate import show_explanation, show_remarks, show_success_rates
from ui.views.starting_points.survey import choose_survey, choose_units, survey_in_view
from ui.views.starting_points.two_optima import show_comparison

analysis = current_analysis()
with st.container(horizontal=True, vertical_alignment="bottom"):
    request = choose_survey()
    units = choose_units(analysis.prepared)
surveyed = survey_in_view(analysis, request, units)
if surveyed is None:
    st.stop()

main, side = st.columns([3, 2], gap="medium")
with main:
    plane = choose_plane(surveyed)
    show(paths_picture(surveyed, plane), "paths", height=620)
with side:
    show_success_rates(surveyed)
    levels = chart_levels(surveyed)
    show(optima_picture(surveyed, levels), "optima", height=optima_chart_height(len(levels)))
    show_remarks(surveyed)
show_gallery(surveyed, plane, analysis.specification)
show_comparison(surveyed, plane)
show_explanation(surveyed)
