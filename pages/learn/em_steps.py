"""EM step by step: a film of EM that starts as a restart of the fit did, or from means placed by hand."""

import streamlit as st

from ui.shell.analysis import current_analysis
from ui.shell.component_colours import component_colour_numbers
from ui.shell.page import fit_from_means, fit_in_view
from ui.views.em_steps.axes import choose_film_view
from ui.views.em_steps.film import FilmContent, show_film, show_mean_placement
from ui.views.em_steps.sentences import film_sentences
from ui.views.em_steps.start import FILM_KEY, choose_means, choose_run, place_clicked, placement_instruction

analysis = current_analysis()
fit = fit_in_view(analysis)
if fit is None or analysis.prepared is None:
    st.stop()

prepared, n_components = analysis.prepared, analysis.specification.n_components
with st.container(horizontal=True, vertical_alignment="bottom"):
    restart = choose_run(fit)
    view = choose_film_view(prepared)
    if restart is None:
        placed = choose_means(view, n_components)

if restart is not None:
    run, title = fit.runs[restart], f"Restart {restart + 1}"
    colour_numbers = component_colour_numbers(run.mixture, prepared.digest)
else:
    if len(placed) < n_components:
        show_mean_placement(
            view.mean_placement(placed),
            placement_instruction(len(placed), n_components),
            key=FILM_KEY,
            identity=f"{view.name} {len(placed)}",
            on_click=place_clicked(placed.shape[1], n_components),
        )
        st.stop()
    means = tuple(tuple(mean) for mean in view.means(placed).tolist())
    by_hand = fit_from_means(analysis, prepared, means)
    if by_hand is None:
        st.stop()
    run, title, colour_numbers = by_hand.best, "This film", tuple(range(n_components))

film = view.film(run)
show_film(
    FilmContent(
        film=film,
        picture=view.first_frame(film, colour_numbers),
        labels=view.projection.labels,
        row_numbers=view.row_numbers(),
        colour_numbers=colour_numbers,
        total_rows=len(prepared.X),
        covariances=fit.structure.formula,
        identity=f"{prepared.digest} {analysis.specification} {restart} {run.log_likelihoods[0]}",
        words=film_sentences(analysis, run, film, view, title),
    ),
    key=FILM_KEY,
    revision=prepared.digest[:12],
)
