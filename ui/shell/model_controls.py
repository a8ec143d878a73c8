"""The model's part of the sidebar: the specification of the fit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from gmm_core.fitting.specification import FitSpecification
from ui.shell.control import Place
from ui.shell.controls import DEFAULT, MODEL, controls_at

_CHOSEN_MODEL = "model to adopt"
"""Key of the session state: a specification that replaces the sidebar's in the next run."""
_REPLACED = "model before the one that a page found"
"""Key of the session state: the specification before `use_model` set another one, and that one."""


def choose_model(on_change: Callable[[], None]) -> None:
    """Controls for the covariance type and the restarts, and the rest under Advanced."""
    for control in controls_at(Place.MODEL):
        control.draw(on_change)
    with st.expander(Place.ADVANCED.value):
        for control in controls_at(Place.ADVANCED):
            control.draw(on_change)


def chosen_specification() -> FitSpecification:
    """What the controls say; what a link or a forged message carries is bounded."""
    return replace(DEFAULT, **{control.field: control.value for control in controls_at(*MODEL)})


def use_model(specification: FitSpecification) -> None:
    """Set the sidebar's controls to a model that a page found; for callbacks, which run before they are drawn."""
    before = chosen_specification()
    _set_controls(specification)
    st.session_state[_REPLACED] = before, chosen_specification()


def offer_undo() -> None:
    """While the model is one that a page found, a button that sets the one before it again."""
    before, found = st.session_state.get(_REPLACED, (None, None))
    if found is None or found == before or found != chosen_specification():
        return
    if st.button(
        "Undo",
        key="undo",
        icon=":material/undo:",
        type="tertiary",
        on_click=_set_controls,
        args=(before,),
        help=f"All pages again show K = {before.n_components}, {before.covariance_type}, with its own starts.",
    ):
        st.rerun()  # the sidebar, outside a page that is redrawn alone, shows the model too


def _set_controls(specification: FitSpecification) -> None:
    for control in controls_at(*MODEL):
        st.session_state[control.key] = control.kind.nearest(
            getattr(specification, control.field), control.default
        )


def use_model_in_next_run(specification: FitSpecification) -> None:
    """Set them in the next run, which begins now: those of this one are drawn already."""
    st.session_state[_CHOSEN_MODEL] = specification
    st.rerun()


def use_chosen_model() -> None:
    """Set the controls to what `use_model_in_next_run` left; to be called before they are drawn."""
    specification: FitSpecification | None = st.session_state.pop(_CHOSEN_MODEL, None)
    if specification is not None:
        use_model(specification)
