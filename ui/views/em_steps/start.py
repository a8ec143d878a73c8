"""The start of the film: one of the fit's restarts, or means placed by hand."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import streamlit as st

from gmm_core.arrays import FloatArray
from gmm_core.fitting.fit import Fit
from gmm_core.starts.kinds import STARTS
from ui.figures.base.wording import counted, number
from ui.links.followed_link import page_control
from ui.projection.typed_points import MAX_CHARACTERS, format_points, parse_points
from ui.shell.control import Control
from ui.shell.control_kinds import Choice
from ui.views.em_steps.axes import FilmView
from ui.views.em_steps.film import clicked_place

BY_HAND = "by hand"
"""The option to place the starting means by hand."""
FILM_KEY = "film"
"""Key of the element that shows the film."""
_START = "start"
"""Key of the control for the start."""
_MEANS = "means"
"""Key of the text field for starting means."""
_MEANS_OF = "means of"
"""Key of the session state: the name of the view to which the starting means belong."""


def choose_run(fit: Fit) -> int | None:
    """Show the control for the start, and return the position of the restart; None if the means are placed by hand."""
    shown = [index for index, run in enumerate(fit.runs) if run.valid and not run.on_sample]
    # A link holds the name: it has no log-likelihood, so that it is still found when the data or the fit changes.
    names = {f"restart {index + 1}": f"Restart {index + 1}: {fit.runs[index].kind}" for index in shown}
    _follow_link(names)
    # The longest film shows most; the best restart often needs few iterations.
    longest = max(shown, key=lambda index: fit.runs[index].n_iterations)
    chosen = page_control(
        Control(
            _START,
            "Start",
            "Each restart of the fit is a film of its own, the longest is shown first; or place the means yourself. "
            + " ".join(f"**{kind.name}**: {kind.summary}." for kind in STARTS.values()),
            f"restart {longest + 1}",
            Choice([*names, BY_HAND], lambda name: names.get(name, "Placed by hand")),
        ),
        width=300,
    )
    if chosen == BY_HAND:
        return None
    restart = shown[list(names).index(chosen)]
    st.caption(_rank_sentence(fit, restart))
    return restart


def _follow_link(names: Mapping[str, str]) -> None:
    """Use only the number of the restart in a link: its kind of start may differ in another version of the app."""
    linked = re.match(r"restart \d+", st.query_params.get(_START, ""), re.IGNORECASE)
    if linked and linked.group().lower() in names and _START not in st.session_state:
        st.session_state[_START] = linked.group().lower()


def _rank_sentence(fit: Fit, restart: int) -> str:
    """A sentence that compares the end of a restart with that of the best one."""
    end, best = (number(fit.runs[index].log_likelihood, 6) for index in (restart, fit.best_index))
    if restart == fit.best_index:
        return f"Ends at {end}" + (f", the best of {len(fit.runs)} restarts." if len(fit.runs) > 1 else ".")
    name = f"restart {fit.best_index + 1}"
    if restart in fit.higher_but_narrow:
        return (
            f"Ends at {end}, but a narrow component on few rows gained that, so it is not the best; the best, "
            f"{name}, at {best}."
        )
    return (
        f"Ends at {end}, as does the best, {name}."
        if end == best
        else f"Ends at {end}; the best, {name}, at {best}."
    )


def choose_means(view: FilmView, n_components: int) -> FloatArray:
    """Show the controls, and return the starting means (M, E) placed so far, M ≤ K, on the axes of the view."""
    n_axes = len(view.projection.labels)
    if st.session_state.get(_MEANS_OF, view.name) != view.name:
        st.session_state[_MEANS] = ""  # the numbers are coordinates on other axes
    st.session_state[_MEANS_OF] = view.name
    with st.container(horizontal=True, vertical_alignment="bottom", key="film-means"):
        typed = st.text_input(
            "Starting means",
            key=_MEANS,
            bind="query-params",
            max_chars=MAX_CHARACTERS,
            placeholder="1.5, 60; 4, 80" if n_axes == 2 else "1.5; 4",
            help="Click in the picture, or type coordinates: commas between the numbers of a mean, semicolons between "
            "means. "
            "In columns that are not shown a mean starts at the average.",
        )
        placed = view.clipped(parse_points(typed or "", n_axes)[:n_components])
        st.button("Undo", on_click=_keep_first, args=(n_axes, len(placed) - 1), disabled=not len(placed))
        st.button("Reset", on_click=_keep_first, args=(n_axes, 0), disabled=not len(placed))
    return placed


def place_clicked(n_axes: int, n_components: int) -> Callable[[], None]:
    """The callback of a click in the picture, which adds a starting mean at the clicked place."""

    def place() -> None:
        at = clicked_place(FILM_KEY)
        placed = parse_points(st.session_state.get(_MEANS) or "", n_axes)
        if at is not None and len(placed) < n_components:
            st.session_state[_MEANS] = format_points([*placed.tolist(), list(at[:n_axes])])

    return place


def _keep_first(n_axes: int, count: int) -> None:
    """Keep the first `count` starting means."""
    placed = parse_points(st.session_state.get(_MEANS) or "", n_axes)
    st.session_state[_MEANS] = format_points(placed[:count].tolist())


def placement_instruction(n_placed: int, n_components: int) -> str:
    """A sentence that says what the visitor has to do next."""
    if not n_placed:
        return f"Click in the picture where the {counted(n_components, 'mean').lower()} shall start."
    left = n_components - n_placed
    return f"{counted(n_placed, 'mean')} placed: click where the next should start, {left} to go."
