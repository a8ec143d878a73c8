"""Data: where it comes from, what it looks like, and what is done to it before the fit."""

import streamlit as st

from ui.chart.display import show
from ui.shell.page import show_problems
from ui.shell.work import current_work
from ui.uploads.reading_controls import reading
from ui.uploads.upload import DATA, data_is_a_file
from ui.views.data.overview import columns, notes, origin, preparation, raw_picture, rows

work = current_work()
show_problems(work)
main, side = st.columns([3, 2], gap="medium")
with main:
    origin(work.dataset)
    if work.prepared is not None:
        show(raw_picture(work.prepared), "data", height=520)
    notes(work.dataset)
with side:
    reading(DATA, data_is_a_file())
    if work.prepared is not None:
        preparation(work.prepared, work.dataset, work.preparation.scaling)
    rows(work.dataset)
columns(work.dataset)
