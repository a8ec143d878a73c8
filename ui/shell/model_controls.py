"""The lower half of the sidebar: the specification of the fit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from gmm_core.fitting.specification import FitSpecification
from ui.shell.control import Place
from ui.shell.controls import DEFAULT, MODEL, controls_at

_CHOSEN_MODEL = "model to adopt"
"""Key of the session state: a specification that replaces the sidebar's in the next run."""


def choose_model(on_change: Callable[[], None]) -> None:
    """Controls for K, the covariance type and the restarts, and the rest under Advanced."""
    _use_chosen_model()
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
    for control in controls_at(*MODEL):
        st.session_state[control.key] = control.kind.nearest(
            getattr(specification, control.field), control.default
        )


def use_model_in_next_run(specification: FitSpecification) -> None:
    """Set them in the next run, which begins now: those of this one are drawn already."""
    st.session_state[_CHOSEN_MODEL] = specification
    st.rerun()


def _use_chosen_model() -> None:
    """Set the controls to what `use_model_in_next_run` left, before they are drawn."""
    specification: FitSpecification | None = st.session_state.pop(_CHOSEN_MODEL, None)
    if specification is not None:
        use_model(specification)
