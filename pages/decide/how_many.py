"""How many clusters: BIC, AIC and ICL over K and covariance types, what they choose, and any cell as the model."""

import streamlit as st

from ui.shell.page import show_problems
from ui.shell.work import current_work
from ui.views.how_many.grid import choice, choose_criterion, guess, meaning, picture, table, wants_to_guess
from ui.views.how_many.sweep import choose_sweep, go_on, grid_of

work = current_work()
show_problems(work)
if work.prepared is None:
    st.stop()
prepared = work.prepared

with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
    sweep = choose_sweep()
    criterion = choose_criterion()
    guesses = wants_to_guess()
if not sweep.covariance_types:
    st.info("Choose at least one covariance type.", icon=":material/info:")
    st.stop()
grid = grid_of(work, prepared, sweep)
progress = st.container()
guessed = guess(prepared, sweep.most_components) if guesses else None
if guessed is not None or not guesses:
    main, side = st.columns([3, 2], gap="medium")
    with main:
        picture(work, prepared, grid, sweep, criterion)
    with side:
        choice(work, grid, criterion, guessed)
        meaning(grid)
    table(work, prepared, grid)
go_on(work, prepared, grid, progress)
