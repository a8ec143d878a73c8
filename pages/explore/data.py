"""Data: the source, the rows and the columns, and their preparation for the fit."""

import streamlit as st

from ui.chart.display import show
from ui.shell.analysis import current_analysis
from ui.shell.page import show_problems
from ui.uploads.reading_controls import reading_controls
from ui.uploads.upload import DATA, data_is_a_file
from ui.views.data.overview import (
    raw_picture,
    show_columns,
    show_notes,
    show_origin,
    show_preparation,
    show_rows,
)

analysis = current_analysis()
show_problems(analysis)
main, side = st.columns([3, 2], gap="medium")
with main:
    show_origin(analysis.dataset)
    if analysis.prepared is not None:
        show(raw_picture(analysis.prepared), "data", height=520)
    show_notes(analysis.dataset)
with side:
    reading_controls(DATA, data_is_a_file())
    if analysis.prepared is not None:
        show_preparation(analysis.prepared, analysis.dataset, analysis.preparation.scaling)
    show_rows(analysis.dataset)
show_columns(analysis.dataset)
