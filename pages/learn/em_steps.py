"""EM step by step: a fit as a film, from one of its restarts or from means placed by hand."""

import streamlit as st

from ui.shell.component_colours import component_slots
from ui.shell.page import fit_from_means, fit_in_view
from ui.shell.work import current_work
from ui.views.em_steps.axes import choose_film_view
from ui.views.em_steps.film import Showing, show_film, show_placing
from ui.views.em_steps.sentences import words_of
from ui.views.em_steps.start import FILM_KEY, choose_means, choose_run, place_clicked, placing_sentence

work = current_work()
fit = fit_in_view(work)
if fit is None or work.prepared is None:
    st.stop()

prepared, n_components = work.prepared, work.specification.n_components
with st.container(horizontal=True, vertical_alignment="bottom"):
    restart = choose_run(fit)
    view = choose_film_view(prepared)
    if restart is None:
        placed = choose_means(view, n_components)

if restart is not None:
    run, title = fit.runs[restart], f"Restart {restart + 1}"
    slots = component_slots(run.mixture, prepared.digest)
else:
    if len(placed) < n_components:
        show_placing(
            view.placing(placed),
            placing_sentence(len(placed), n_components),
            key=FILM_KEY,
            identity=f"{view.name} {len(placed)}",
            on_click=place_clicked(placed.shape[1], n_components),
        )
        st.stop()
    means = tuple(tuple(mean) for mean in view.means(placed).tolist())
    by_hand = fit_from_means(work, means)
    if by_hand is None:
        st.stop()
    run, title, slots = by_hand.best, "This film", tuple(range(n_components))

film = view.film(run)
show_film(
    Showing(
        film=film,
        stage=view.stage(film, slots),
        labels=view.projection.labels,
        row_numbers=view.row_numbers(),
        slots=slots,
        total_rows=len(prepared.X),
        covariances=fit.structure.formula,
        identity=f"{prepared.digest} {work.specification} {restart} {run.log_likelihoods[0]}",
        words=words_of(work, run, film, view, title),
    ),
    key=FILM_KEY,
    revision=prepared.digest[:12],
)
