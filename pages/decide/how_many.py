"""How many clusters: BIC, AIC and ICL for every K and covariance type, the fit that each chooses, and their meaning."""

import streamlit as st

from ui.shell.analysis import current_analysis
from ui.shell.page import show_problems
from ui.views.how_many.grid import (
    ask_for_guess,
    choose_criterion,
    show_choice,
    show_criteria,
    show_meaning,
    show_table,
    wants_to_guess,
)
from ui.views.how_many.sweep import choose_sweep, grid_of, sweep_series

analysis = current_analysis()
show_problems(analysis)
if analysis.prepared is None:
    st.stop()
prepared = analysis.prepared

with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
    sweep = choose_sweep()
    criterion = choose_criterion()
    guesses = wants_to_guess()
if not sweep.covariance_types:
    st.info("Choose at least one covariance type.", icon=":material/info:")
    st.stop()
series = sweep_series(analysis, prepared, sweep)
grid = grid_of(analysis, sweep, series)
progress = st.container()
guessed = ask_for_guess(prepared, sweep.most_components) if guesses else None
if guessed is not None or not guesses:
    main, side = st.columns([3, 2], gap="medium")
    with main:
        show_criteria(analysis, prepared, grid, sweep, criterion)
    with side:
        show_choice(analysis, grid, criterion, guessed)
        show_meaning(grid)
    show_table(analysis, prepared, grid)
series.go_on(progress)
