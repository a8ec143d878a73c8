"""Starting points: where EM ends from many starts, how often it finds the best, and what the other optima are."""

import streamlit as st

from ui.chart.display import show
from ui.figures.optima.ladder import ladder_height
from ui.shell.work import current_work
from ui.views.starting_points.gallery import gallery
from ui.views.starting_points.pictures import choose_plane, ladder_picture, ladder_rungs, paths_picture
from ui.views.starting_points.success_rate import explanation, reached, remarks
from ui.views.starting_points.survey import choose_survey, choose_units, landscape_in_view
from ui.views.starting_points.two_optima import comparison

work = current_work()
with st.container(horizontal=True, vertical_alignment="bottom"):
    survey = choose_survey()
    units = choose_units(work.prepared)
surveyed = landscape_in_view(work, survey, units)
if surveyed is None:
    st.stop()

main, side = st.columns([3, 2], gap="medium")
with main:
    plane = choose_plane(surveyed)
    show(paths_picture(surveyed, plane), "paths", height=620)
with side:
    reached(surveyed)
    rungs = ladder_rungs(surveyed)
    show(ladder_picture(surveyed, rungs), "ladder", height=ladder_height(len(rungs)))
    remarks(surveyed)
gallery(surveyed, plane, work.specification)
comparison(surveyed, plane)
explanation(surveyed)
