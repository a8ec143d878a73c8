"""Data: the source, the rows and the columns, and their preparation for the fit."""

import streamlit as st

from ui.chart.display import show
from ui.shell.analysis import current_analysis
from ui.shell.page import show_problems
from ui.uploads.reading_controls import reading_controls
from ui.uploads.upload import DATA, data_is_a_file
from ui.views.data.overview import columns, notes, origin, preparation, raw_picture, rows

analysis = current_analysis()
show_problems(analysis)
main, side = st.columns([3, 2], gap="medium")
with main:
    origin(analysis.dataset)
    if analysis.prepared is not None:
        show(raw_picture(analysis.prepared), "data", height=520)
    notes(analysis.dataset)
with side:
    reading_controls(DATA, data_is_a_file())
    if analysis.prepared is not None:
        preparation(analysis.prepared, analysis.dataset, analysis.preparation.scaling)
    rows(analysis.dataset)
columns(analysis.dataset)
